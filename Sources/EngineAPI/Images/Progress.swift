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
    public var aux: Built?
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

    /// What a build made (`BuildResult` in the Docker API).
    public struct Built: Codable, Sendable, Hashable {
      public var ID: String
      public init(ID: String) { self.ID = ID }
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
