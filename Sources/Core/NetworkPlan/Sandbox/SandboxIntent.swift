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
  /// The container may change its own network (CAP_NET_ADMIN): what it does inside is its own affair.
  public var isSelfAdministered: Bool
  /// What its links open.
  public var links: [LinkPermit]

  public init(
    name: String, endpoints: [EndpointIntent] = [], publications: [PortPublication] = [],
    sysctls: [String: String] = [:], isSelfAdministered: Bool = false, links: [LinkPermit] = []
  ) {
    self.name = name
    self.endpoints = endpoints
    self.publications = publications
    self.sysctls = sysctls
    self.isSelfAdministered = isSelfAdministered
    self.links = links
  }

  public var namespace: NetworkNamespaceName { .sandbox(name) }

  /// The endpoint whose network gives the default route of a family: of those that lead outside the one of the highest
  /// priority, and among equals the one whose network's name comes first, as in Docker.
  public func gateway(_ family: AddressFamily) -> EndpointIntent? {
    endpoints.filter { $0.leadsOut(family) }.min { a, b in
      (-a.endpoint.settings.gatewayPriority, a.network.name) < (-b.endpoint.settings.gatewayPriority, b.network.name)
    }
  }
}

extension SandboxIntent {
  /// Whether a container with these endpoints has to be given a way out beside them: one of its networks wants that, and
  /// none leads out by itself (moby: `libnetwork/default_gateway.go`).
  public static func needsGateway(_ endpoints: [EndpointIntent]) -> Bool {
    endpoints.contains(where: \.wantsGateway) && !endpoints.contains(where: \.hasWayOut)
  }
}

/// One endpoint of a sandbox, with the network it is on.
public struct EndpointIntent: Sendable, Hashable, Codable {
  public let network: Network
  public let endpoint: Endpoint
  /// The link's name inside the sandbox.
  public let interface: InterfaceName
  /// The greatest packet, in bytes, where this host decides; `nil`: the network's options do.
  public var mtu: UInt32?

  public init(network: Network, endpoint: Endpoint, interface: InterfaceName, mtu: UInt32? = nil) {
    self.network = network
    self.endpoint = endpoint
    self.interface = interface
    self.mtu = mtu
  }

  /// Whether the network leads out for this endpoint: through a gateway, or straight onto the link.
  func leadsOut(_ family: AddressFamily) -> Bool {
    if gateway(family) != nil { return true }
    let address = family == .ipv4 ? endpoint.ipv4 : endpoint.ipv6
    return network.isRouteItself && !network.isInternal && address != nil
  }

  /// Whether anything outside is reached by it.
  var hasWayOut: Bool {
    AddressFamily.allCases.contains(where: leadsOut)
      || endpoint.place?.routes.contains { $0.destination.length == 0 } == true
  }

  /// Whether its network leaves the way out to the engine. A plugin has its say when the endpoint is made.
  var wantsGateway: Bool {
    guard !network.isInternal else { return false }
    if network.driver == .overlay { return true }
    guard let place = endpoint.place, network.driver.isPlugin else { return false }
    return place.isJoined && place.refusesGateway != true
  }

  /// The address that leads out of the network; none on an internal one, nor where the link itself leads out.
  func gateway(_ family: AddressFamily) -> IPAddress? {
    guard !network.isInternal, !network.isRouteItself else { return nil }
    return switch family {
    case .ipv4: endpoint.ipv4 == nil ? nil : endpoint.gateway4.map(IPAddress.v4)
    case .ipv6: endpoint.ipv6 == nil ? nil : endpoint.gateway6.map(IPAddress.v6)
    }
  }
}
