package import JSON

extension Wire {
  /// The answer of `POST /containers/{id}/wait`.
  package struct WaitResponse: Codable, Sendable, Hashable {
    package var StatusCode: Int64
    package var Error: WaitError?
    package init(StatusCode: Int64, Error: WaitError? = nil) {
      self.StatusCode = StatusCode
      self.Error = Error
    }
  }

  package struct WaitError: Codable, Sendable, Hashable {
    package var Message = ""
    package init(Message: String = "") { self.Message = Message }
  }

  /// The answer of `GET /containers/{id}/top`.
  package struct Top: Codable, Sendable, Hashable {
    package var Processes: [[String]]
    package var Titles: [String]
    package init(Processes: [[String]], Titles: [String]) {
      self.Processes = Processes
      self.Titles = Titles
    }
  }

  package struct ContainersPruned: Codable, Sendable, Hashable {
    @Nullable package var ContainersDeleted: [String]?
    package var SpaceReclaimed: Int64 = 0
    package init() {}
  }

  /// One line of `GET /containers/{id}/changes`. Kind: 0 changed, 1 added, 2 deleted.
  package struct FilesystemChange: Codable, Sendable, Hashable {
    package var Path: String
    package var Kind: Int
    package init(Path: String, Kind: Int) {
      self.Path = Path
      self.Kind = Kind
    }
  }

  /// The answer of `POST /containers/{id}/update`.
  package struct UpdateResponse: Codable, Sendable, Hashable {
    @Nullable package var Warnings: [String]?
    package init() {}
  }
}
