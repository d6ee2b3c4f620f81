/// An event of an object (`EventMessage` in the Docker API).
package struct EngineEvent: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case container
    case image
    case network
    case volume
    case daemon
    case builder
  }

  package var kind: Kind
  /// Docker's name of the action: `create`, `start`, `die`, `connect`, ….
  package var action: String
  package var actorID: String
  package var attributes: [String: String]
  package var time: Timestamp

  package init(kind: Kind, action: String, actorID: String, attributes: [String: String] = [:], time: Timestamp) {
    self.kind = kind
    self.action = action
    self.actorID = actorID
    self.attributes = attributes
    self.time = time
  }
}
