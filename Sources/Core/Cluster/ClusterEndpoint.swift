public import Addressing
public import EngineModel

/// A running container's place on a network that spans hosts, as the other hosts have to know it.
public struct ClusterEndpoint: Sendable, Hashable, Codable {
  public let id: EndpointID
  public let network: NetworkID
  /// The host it is on.
  public let node: String
  public let container: ContainerID
  public var containerName: String
  /// All names it is found by, the container's first.
  public var names: [String]
  public var mac: MACAddress
  public var addresses: [IPAddress]
  /// Its own health check fails.
  public var isUnwell: Bool

  public init(
    id: EndpointID, network: NetworkID, node: String, container: ContainerID, containerName: String, names: [String],
    mac: MACAddress, addresses: [IPAddress], isUnwell: Bool = false
  ) {
    self.id = id
    self.network = network
    self.node = node
    self.container = container
    self.containerName = containerName
    self.names = names
    self.mac = mac
    self.addresses = addresses
    self.isUnwell = isUnwell
  }
}

/// Whose an address of a network is.
public struct AddressClaim: Sendable, Hashable, Codable {
  public let node: String
  public let container: ContainerID

  public init(node: String, container: ContainerID) {
    self.node = node
    self.container = container
  }
}
