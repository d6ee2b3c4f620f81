package import Addressing
package import EngineModel

/// A container's network: its sandbox and its endpoints. ``state()`` is the sandbox's fragment.
package struct SandboxIntent: Sendable, Hashable {
  /// The sandbox's name: the container's id.
  package let name: String
  /// In the order in which the container was connected.
  package var endpoints: [EndpointIntent]
  package var publications: [PortPublication]
  /// Kernel settings inside the sandbox that the user asked for; keys with slashes.
  package var sysctls: [String: String]
  /// Whether the container may change its own network (CAP_NET_ADMIN). If so, changes inside the sandbox are not drift.
  package var isSelfAdministered: Bool
  /// What its container links permit.
  package var links: [LinkedPorts]

  package init(
    name: String, endpoints: [EndpointIntent] = [], publications: [PortPublication] = [],
    sysctls: [String: String] = [:], isSelfAdministered: Bool = false, links: [LinkedPorts] = []
  ) {
    self.name = name
    self.endpoints = endpoints
    self.publications = publications
    self.sysctls = sysctls
    self.isSelfAdministered = isSelfAdministered
    self.links = links
  }

  package var namespace: NetworkNamespaceName { .sandbox(name) }

  /// The endpoint of the default route of a family: among those with external connectivity the one with the highest
  /// priority, and among equals the one whose network's name sorts first, as in Docker.
  package func gateway(_ family: AddressFamily) -> EndpointIntent? {
    endpoints.filter { $0.hasExternalConnectivity(family) }.min { a, b in
      (-a.endpoint.settings.gatewayPriority, a.network.name) < (-b.endpoint.settings.gatewayPriority, b.network.name)
    }
  }
}

extension SandboxIntent {
  /// Whether a container with these endpoints needs the gateway network: one of its networks leaves external connectivity
  /// to it, and none provides that itself (moby: `libnetwork/default_gateway.go`).
  package static func needsGateway(_ endpoints: [EndpointIntent]) -> Bool {
    endpoints.contains(where: \.wantsGatewayNetwork) && !endpoints.contains(where: \.hasExternalConnectivity)
  }
}

/// One endpoint of a sandbox, with its network.
package struct EndpointIntent: Sendable, Hashable {
  package let network: Network
  package let endpoint: Endpoint
  /// The link's name inside the sandbox.
  package let interface: InterfaceName
  /// The MTU in bytes, where it depends on the host; `nil`: the network's options decide.
  package var mtu: UInt32?

  package init(network: Network, endpoint: Endpoint, interface: InterfaceName, mtu: UInt32? = nil) {
    self.network = network
    self.endpoint = endpoint
    self.interface = interface
    self.mtu = mtu
  }

  /// Whether the endpoint has external connectivity: through a gateway, or directly on the link.
  func hasExternalConnectivity(_ family: AddressFamily) -> Bool {
    if gateway(family) != nil { return true }
    let address = family == .ipv4 ? endpoint.ipv4 : endpoint.ipv6
    return network.behavior.needsNoRouter(on: network) && !network.isInternal && address != nil
  }

  /// The same for any family, or by a route of a plugin.
  var hasExternalConnectivity: Bool {
    AddressFamily.allCases.contains(where: hasExternalConnectivity)
      || endpoint.pluginEndpoint?.routes.contains { $0.destination.length == 0 } == true
  }

  /// Whether the network leaves external connectivity to the gateway network.
  var wantsGatewayNetwork: Bool {
    !network.isInternal && network.behavior.leavesExternalConnectivity(of: endpoint)
  }

  /// The network's router; `nil` on an internal network, and where no router is needed.
  func gateway(_ family: AddressFamily) -> IPAddress? {
    guard !network.isInternal, !network.behavior.needsNoRouter(on: network) else { return nil }
    return switch family {
    case .ipv4: endpoint.ipv4 == nil ? nil : endpoint.gateway4.map(IPAddress.v4)
    case .ipv6: endpoint.ipv6 == nil ? nil : endpoint.gateway6.map(IPAddress.v6)
    }
  }
}
