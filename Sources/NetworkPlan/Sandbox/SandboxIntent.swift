public import Addressing
public import EngineModel

/// A container's network as it shall be: its sandbox and its places on networks.
public struct SandboxIntent: Sendable, Hashable, Codable {
  /// The sandbox's name: the container's id.
  public let name: String
  /// In the order of attachment.
  public var endpoints: [EndpointIntent]
  public var publications: [PortPublication]
  /// Settings of the sandbox's own namespace that the user asked for, keys with slashes.
  public var sysctls: [String: String]

  public init(
    name: String, endpoints: [EndpointIntent] = [], publications: [PortPublication] = [],
    sysctls: [String: String] = [:]
  ) {
    self.name = name
    self.endpoints = endpoints
    self.publications = publications
    self.sysctls = sysctls
  }

  public var namespace: NetworkNamespaceName { .sandbox(name) }

  /// The endpoint whose network gives the default route of a family: the highest priority, then the network that
  /// leads outside, then the one attached first.
  public func gateway(_ family: AddressFamily) -> EndpointIntent? {
    endpoints.filter { $0.gateway(family) != nil }.enumerated().max { a, b in
      (a.element.endpoint.settings.gatewayPriority, -a.offset)
        < (b.element.endpoint.settings.gatewayPriority, -b.offset)
    }?.element
  }
}

/// One endpoint of a sandbox, with the network it is on.
public struct EndpointIntent: Sendable, Hashable, Codable {
  public let network: Network
  public let endpoint: Endpoint
  /// The link's name inside the sandbox.
  public let interface: InterfaceName

  public init(network: Network, endpoint: Endpoint, interface: InterfaceName) {
    self.network = network
    self.endpoint = endpoint
    self.interface = interface
  }

  /// The address that leads out of the network; none on an internal one.
  func gateway(_ family: AddressFamily) -> IPAddress? {
    guard !network.isInternal else { return nil }
    return switch family {
    case .ipv4: endpoint.ipv4 == nil ? nil : endpoint.gateway4.map(IPAddress.v4)
    case .ipv6: endpoint.ipv6 == nil ? nil : endpoint.gateway6.map(IPAddress.v6)
    }
  }
}
