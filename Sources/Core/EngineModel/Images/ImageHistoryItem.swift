/// One line of `docker history`.
package struct ImageHistoryItem: Sendable, Hashable {
  /// The image's id for the last step, `<missing>` for the others.
  package var id: String
  package var created: Timestamp?
  package var createdBy: String
  package var comment: String
  package var tags: [String]
  /// Bytes of the files that the step added.
  package var size: Int64

  package init(id: String, created: Timestamp?, createdBy: String, comment: String, tags: [String], size: Int64) {
    self.id = id
    self.created = created
    self.createdBy = createdBy
    self.comment = comment
    self.tags = tags
    self.size = size
  }
}
