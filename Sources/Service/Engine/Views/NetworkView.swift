package import Addressing
package import EngineModel
package import NetworkPlan

/// A network with the containers that are connected to it.
package struct NetworkView: Sendable {
  /// A running container's endpoint.
  package struct Attachment: Sendable {
    package var container: ContainerID
    package var name: String
    package var endpoint: Endpoint

    package init(container: ContainerID, name: String, endpoint: Endpoint) {
      self.container = container
      self.name = name
      self.endpoint = endpoint
    }
  }

  /// A host with containers on an overlay network.
  package struct Peer: Sendable, Hashable {
    package let name: String
    package let address: IPAddress

    package init(name: String, address: IPAddress) {
      self.name = name
      self.address = address
    }
  }

  package var network: Network
  /// Containers of this host.
  package var attachments: [Attachment]
  package var peers: [Peer]
  /// The use of the pools from which the engine leases addresses; empty where a plugin does.
  package var poolUses: [PoolUse] = []

  package init(network: Network, attachments: [Attachment] = [], peers: [Peer] = []) {
    self.network = network
    self.attachments = attachments
    self.peers = peers
  }
}
