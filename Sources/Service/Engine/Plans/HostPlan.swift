/// What a request would do to this host, as `ip`, `sysctl` and `nft` commands.
package struct HostPlan: Sendable, Hashable {
  /// In the order of execution. A step may have several lines.
  package var steps: [String]

  package init(steps: [String]) { self.steps = steps }

  package var text: String { steps.map { $0 + "\n" }.joined() }
}
