/// The objects that a prune removed.
public struct PruneResult: Sendable, Hashable {
  /// Names or ids, depending on the kind of object as in Docker's answer.
  public var removed: [String]
  /// Bytes.
  public var reclaimed: Int64

  public init(removed: [String] = [], reclaimed: Int64 = 0) {
    self.removed = removed
    self.reclaimed = reclaimed
  }
}
