/// An event of an object (`EventMessage` in the Docker API).
public struct EngineEvent: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case container
    case image
    case network
    case volume
    case daemon
    case builder
  }

  public var kind: Kind
  /// Docker's name of the action: `create`, `start`, `die`, `connect`, ….
  public var action: String
  public var actorID: String
  public var attributes: [String: String]
  public var time: Timestamp

  public init(kind: Kind, action: String, actorID: String, attributes: [String: String] = [:], time: Timestamp) {
    self.kind = kind
    self.action = action
    self.actorID = actorID
    self.attributes = attributes
    self.time = time
  }
}
