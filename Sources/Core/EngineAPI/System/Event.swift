package import EngineModel

extension Wire {
  /// `EventMessage`: one line of `GET /events`.
  package struct Event: Codable, Sendable, Hashable {
    /// The first three repeat the rest for clients before version 1.52; only events of containers and images have them.
    package var status: String?
    package var id: String?
    package var from: String?
    package var `Type` = ""
    package var Action = ""
    package var Actor = Wire.Actor()
    package var scope = "local"
    package var time: Int64 = 0
    package var timeNano: Int64 = 0
    package init() {}
  }

  package struct Actor: Codable, Sendable, Hashable {
    package var ID = ""
    package var Attributes: [String: String] = [:]
    package init() {}
  }
}

extension Wire.Event {
  package init(_ event: EngineEvent, version: APIVersion) {
    self.init()
    if version < APIVersion(1, 52), [.container, .image].contains(event.kind) {
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
