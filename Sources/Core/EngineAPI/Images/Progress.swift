extension Wire {
  /// One line of the stream that `POST /images/load`, `/images/create` and the like answer with.
  public struct ProgressMessage: Codable, Sendable, Hashable {
    public var stream: String?
    public var status: String?
    public var id: String?
    public var progress: String?
    public var progressDetail: Detail?
    public var error: String?
    public var errorDetail: ErrorDetail?
    public var aux: Outcome?
    public init() {}

    public init(stream: String) { self.stream = stream }
    public init(status: String, id: String? = nil) {
      self.status = status
      self.id = id
    }
    public init(error: String) {
      self.error = error
      errorDetail = ErrorDetail(message: error)
    }

    /// The result, for programs: the id of an image that was built (`BuildResult` in the Docker API), or the digest and
    /// size of a pushed one.
    public struct Outcome: Codable, Sendable, Hashable {
      public var ID: String?
      public var Tag: String?
      public var Digest: String?
      public var Size: Int?

      public init(ID: String) { self.ID = ID }

      public init(Tag: String, Digest: String, Size: Int) {
        self.Tag = Tag
        self.Digest = Digest
        self.Size = Size
      }
    }

    public struct Detail: Codable, Sendable, Hashable {
      public var current: Int64?
      public var total: Int64?
      public init() {}
    }

    public struct ErrorDetail: Codable, Sendable, Hashable {
      public var code: Int?
      public var message: String
      public init(message: String) { self.message = message }
    }
  }
}
