/// A layer in the build cache.
package struct BuildCacheLayer: Sendable, Hashable {
  package var id: String
  package var parent: String
  package var created: Timestamp?
  /// The bytes of its files.
  package var size: Int64

  package init(id: String, parent: String, created: Timestamp?, size: Int64) {
    self.id = id
    self.parent = parent
    self.created = created
    self.size = size
  }
}
