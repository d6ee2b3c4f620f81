/// One change of a record, as the store reports it.
public struct ClusterChange: Sendable, Hashable {
  /// Below the cluster's prefix.
  public let path: String
  /// `nil`: the record was deleted.
  public let text: String?
  /// The store's revision of this change.
  public let revision: Int64

  public init(path: String, text: String?, revision: Int64) {
    self.path = path
    self.text = text
    self.revision = revision
  }
}
