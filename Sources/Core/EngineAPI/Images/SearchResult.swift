extension Wire {
  /// An element of the answer of `GET /images/search`.
  package struct SearchResult: Codable, Sendable, Hashable {
    package var star_count = 0
    package var is_official = false
    package var name = ""
    package var is_automated = false
    package var description = ""
    package init() {}
  }
}
