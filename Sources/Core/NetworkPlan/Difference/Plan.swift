/// A list of kernel changes; what `--plan` shows.
public struct Plan: Sendable, Hashable {
  public let changes: [KernelChange]

  public init(_ changes: [KernelChange]) {
    self.changes = changes
  }

  public var isEmpty: Bool { changes.isEmpty }

  /// The plan as a script of `ip`, `sysctl` and `nft` commands.
  public var words: String {
    changes.map { $0.words + "\n" }.joined()
  }
}
