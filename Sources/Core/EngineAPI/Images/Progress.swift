extension Wire {
  /// One line of the stream that `POST /images/load`, `/images/create` and the like answer with.
  package struct ProgressMessage: Codable, Sendable, Hashable {
    package var stream: String?
    package var status: String?
    package var id: String?
    package var progress: String?
    package var progressDetail: Detail?
    package var error: String?
    package var errorDetail: ErrorDetail?
    package var aux: Outcome?
    package init() {}

    package init(stream: String) { self.stream = stream }
    package init(status: String, id: String? = nil) {
      self.status = status
      self.id = id
    }
    package init(error: String) {
      self.error = error
      errorDetail = ErrorDetail(message: error)
    }

    /// The result, for programs: the id of an image that was built (`BuildResult` in the Docker API), or the digest and
    /// size of a pushed one.
    package struct Outcome: Codable, Sendable, Hashable {
      package var ID: String?
      package var Tag: String?
      package var Digest: String?
      package var Size: Int?

      package init(ID: String) { self.ID = ID }

      package init(Tag: String, Digest: String, Size: Int) {
        self.Tag = Tag
        self.Digest = Digest
        self.Size = Size
      }
    }

    package struct Detail: Codable, Sendable, Hashable {
      package var current: Int64?
      package var total: Int64?
      package init() {}
    }

    package struct ErrorDetail: Codable, Sendable, Hashable {
      package var code: Int?
      package var message: String
      package init(message: String) { self.message = message }
    }
  }
}
