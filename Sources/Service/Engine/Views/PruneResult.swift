/// What a prune took away.
public struct PruneResult: Sendable, Hashable {
  /// Names or ids, as Docker's answer has them for the kind of object.
  public var removed: [String]
  /// Bytes.
  public var reclaimed: Int64

  public init(removed: [String] = [], reclaimed: Int64 = 0) {
    self.removed = removed
    self.reclaimed = reclaimed
  }
}
