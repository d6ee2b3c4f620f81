/// What a request would do to this host, in the words of `ip`, `sysctl` and `nft`. Nothing was done.
public struct HostPlan: Sendable, Hashable {
  /// In the order of the doing; a step may have several lines.
  public var steps: [String]

  public init(steps: [String]) { self.steps = steps }

  public var text: String { steps.map { $0 + "\n" }.joined() }
}
