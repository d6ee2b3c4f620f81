/// What a request would do to this host, as `ip`, `sysctl` and `nft` commands.
public struct HostPlan: Sendable, Hashable {
  /// In the order of execution. A step may have several lines.
  public var steps: [String]

  public init(steps: [String]) { self.steps = steps }

  public var text: String { steps.map { $0 + "\n" }.joined() }
}
