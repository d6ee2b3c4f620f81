public import JSON

extension Wire {
  /// The answer of `POST /containers/{id}/wait`.
  public struct WaitResponse: Codable, Sendable, Hashable {
    public var StatusCode: Int64
    public var Error: WaitError?
    public init(StatusCode: Int64, Error: WaitError? = nil) {
      self.StatusCode = StatusCode
      self.Error = Error
    }
  }

  public struct WaitError: Codable, Sendable, Hashable {
    public var Message = ""
    public init(Message: String = "") { self.Message = Message }
  }

  /// The answer of `GET /containers/{id}/top`.
  public struct Top: Codable, Sendable, Hashable {
    public var Processes: [[String]]
    public var Titles: [String]
    public init(Processes: [[String]], Titles: [String]) {
      self.Processes = Processes
      self.Titles = Titles
    }
  }

  public struct ContainersPruned: Codable, Sendable, Hashable {
    @Nullable public var ContainersDeleted: [String]?
    public var SpaceReclaimed: Int64 = 0
    public init() {}
  }

  /// One line of `GET /containers/{id}/changes`. Kind: 0 changed, 1 added, 2 deleted.
  public struct FilesystemChange: Codable, Sendable, Hashable {
    public var Path: String
    public var Kind: Int
    public init(Path: String, Kind: Int) {
      self.Path = Path
      self.Kind = Kind
    }
  }

  /// The answer of `POST /containers/{id}/update`.
  public struct UpdateResponse: Codable, Sendable, Hashable {
    @Nullable public var Warnings: [String]?
    public init() {}
  }
}
