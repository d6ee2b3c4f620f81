public import EngineModel

extension Wire {
  /// `EventMessage`: one line of `GET /events`.
  public struct Event: Codable, Sendable, Hashable {
    /// The first three repeat the rest for old clients; only events of containers and images have them.
    public var status: String?
    public var id: String?
    public var from: String?
    public var `Type` = ""
    public var Action = ""
    public var Actor = Wire.Actor()
    public var scope = "local"
    public var time: Int64 = 0
    public var timeNano: Int64 = 0
    public init() {}
  }

  public struct Actor: Codable, Sendable, Hashable {
    public var ID = ""
    public var Attributes: [String: String] = [:]
    public init() {}
  }
}

extension Wire.Event {
  public init(_ event: EngineEvent) {
    self.init()
    if event.kind == .container || event.kind == .image {
      status = event.action
      id = event.actorID
      from = event.kind == .container ? event.attributes["image"] : nil
    }
    `Type` = event.kind.rawValue
    Action = event.action
    Actor.ID = event.actorID
    Actor.Attributes = event.attributes
    time = event.time.seconds
    timeNano = event.time.nanoseconds
  }
}
