extension Wire {
  /// An element of the answer of `GET /images/search`.
  public struct SearchResult: Codable, Sendable, Hashable {
    public var star_count = 0
    public var is_official = false
    public var name = ""
    public var is_automated = false
    public var description = ""
    public init() {}
  }
}
