package import Addressing
package import EngineModel

/// A running container's endpoint on an overlay network, as the other nodes need it.
package struct ClusterEndpoint: Sendable, Hashable, Codable {
  package let id: EndpointID
  package let network: NetworkID
  /// The node that runs the container.
  package let node: String
  package let container: ContainerID
  package var containerName: String
  /// Its DNS names, the container name first.
  package var names: [String]
  package var mac: MACAddress
  package var addresses: [IPAddress]
  /// The container is unhealthy.
  package var isUnhealthy: Bool

  // The keys are the format of the cluster's store.
  private enum CodingKeys: String, CodingKey {
    case id
    case network
    case node
    case container
    case containerName
    case names
    case mac
    case addresses
    case isUnhealthy = "isUnwell"
  }

  package init(
    id: EndpointID, network: NetworkID, node: String, container: ContainerID, containerName: String, names: [String],
    mac: MACAddress, addresses: [IPAddress], isUnhealthy: Bool = false
  ) {
    self.id = id
    self.network = network
    self.node = node
    self.container = container
    self.containerName = containerName
    self.names = names
    self.mac = mac
    self.addresses = addresses
    self.isUnhealthy = isUnhealthy
  }
}

/// The owner of an address of a network.
package struct AddressClaim: Sendable, Hashable, Codable {
  package let node: String
  package let container: ContainerID

  private enum CodingKeys: String, CodingKey {
    case node
    case container
  }

  package init(node: String, container: ContainerID) {
    self.node = node
    self.container = container
  }
}
