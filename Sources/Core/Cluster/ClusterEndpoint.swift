public import Addressing
public import EngineModel

/// A running container's endpoint on an overlay network, as the other nodes need it.
public struct ClusterEndpoint: Sendable, Hashable, Codable {
  public let id: EndpointID
  public let network: NetworkID
  /// The node that runs the container.
  public let node: String
  public let container: ContainerID
  public var containerName: String
  /// Its DNS names, the container name first.
  public var names: [String]
  public var mac: MACAddress
  public var addresses: [IPAddress]
  /// The container is unhealthy.
  public var isUnhealthy: Bool

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

  public init(
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
public struct AddressClaim: Sendable, Hashable, Codable {
  public let node: String
  public let container: ContainerID

  private enum CodingKeys: String, CodingKey {
    case node
    case container
  }

  public init(node: String, container: ContainerID) {
    self.node = node
    self.container = container
  }
}
