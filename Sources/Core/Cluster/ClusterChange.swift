/// One record that came, changed or went, in the store's own words.
public struct ClusterChange: Sendable, Hashable {
  /// Below the cluster's prefix.
  public let path: String
  /// `nil`: it is gone.
  public let text: String?
  /// The change of the store that did it.
  public let revision: Int64

  public init(path: String, text: String?, revision: Int64) {
    self.path = path
    self.text = text
    self.revision = revision
  }
}
