/// What would be done to this host, before anything is: the answer to `--plan`.
public struct Plan: Sendable, Hashable, Codable {
  public let changes: [KernelChange]

  public init(_ changes: [KernelChange]) {
    self.changes = changes
  }

  public var isEmpty: Bool { changes.isEmpty }

  /// The plan as a script in the words of `ip`, `sysctl` and `nft`; one that a person could run by hand.
  public var words: String {
    changes.map { $0.words + "\n" }.joined()
  }
}
