public import Addressing
public import EngineModel

/// A network with the containers that are connected to it.
public struct NetworkView: Sendable {
  /// A running container's endpoint.
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

  /// A host with containers on an overlay network.
  public struct Peer: Sendable, Hashable {
    public let name: String
    public let address: IPAddress

    public init(name: String, address: IPAddress) {
      self.name = name
      self.address = address
    }
  }

  public var network: Network
  /// Containers of this host.
  public var attachments: [Attachment]
  public var peers: [Peer]

  public init(network: Network, attachments: [Attachment] = [], peers: [Peer] = []) {
    self.network = network
    self.attachments = attachments
    self.peers = peers
  }
}
