public import EngineModel

/// A network and who is on it right now.
public struct NetworkView: Sendable {
  /// A running container's place on the network.
  public struct Attachment: Sendable {
    public var container: ContainerID
    public var name: String
    public var endpoint: Endpoint

    public init(container: ContainerID, name: String, endpoint: Endpoint) {
      self.container = container
      self.name = name
      self.endpoint = endpoint
    }
  }

  public var network: Network
  public var attachments: [Attachment]

  public init(network: Network, attachments: [Attachment] = []) {
    self.network = network
    self.attachments = attachments
  }
}
