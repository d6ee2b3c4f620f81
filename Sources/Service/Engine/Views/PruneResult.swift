/// The objects that a prune removed.
package struct PruneResult: Sendable, Hashable {
  /// Names or ids, depending on the kind of object as in Docker's answer.
  package var removed: [String]
  /// Bytes.
  package var reclaimed: Int64

  package init(removed: [String] = [], reclaimed: Int64 = 0) {
    self.removed = removed
    self.reclaimed = reclaimed
  }
}
