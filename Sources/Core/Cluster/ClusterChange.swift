/// One change of a record, as the store reports it.
package struct ClusterChange: Sendable, Hashable {
  /// Below the cluster's prefix.
  package let path: String
  /// `nil`: the record was deleted.
  package let text: String?
  /// The store's revision of this change.
  package let revision: Int64

  package init(path: String, text: String?, revision: Int64) {
    self.path = path
    self.text = text
    self.revision = revision
  }
}
