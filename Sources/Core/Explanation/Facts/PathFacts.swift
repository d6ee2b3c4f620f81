package import Addressing
package import EngineModel
package import NetworkPlan
import Nftables

/// The input of an explanation: the engine's records and the present state of the kernel.
package struct PathFacts: Sendable {
  /// A part of the kernel's state that differs from the desired state.
  package struct Drift: Sendable, Hashable {
    /// `the network shop`, `web`.
    package var subject: String
    /// The changes that restore it, as `ip` and `nft` commands.
    package var changes: [String]
    /// Whether the engine restores it without a command (self-healing).
    package var healsItself: Bool

    package init(of subject: String, _ changes: [String], healsItself: Bool) {
      self.subject = subject
      self.changes = changes
      self.healsItself = healsItself
    }
  }

  /// A container of another host of the cluster, on a network that spans both.
  package struct RemoteContainer: Sendable, Hashable {
    package var name: String
    package var addresses: [IPAddress]
    package var network: NetworkID
    /// The host's name.
    package var host: String

    package init(_ name: String, at addresses: [IPAddress], on network: NetworkID, host: String) {
      self.name = name
      self.addresses = addresses
      self.network = network
      self.host = host
    }
  }

  package var containers: [ContainerID: Container]
  package var networks: [NetworkID: Network]
  package var host = NamespaceFacts()
  /// The sandboxes of the containers on the path.
  package var sandboxes: [ContainerID: NamespaceFacts] = [:]
  /// The engine's table for IP packets with its present elements; empty if the kernel does not have it.
  package var engineTables: [RuleTable] = []
  /// The engine's table for frames on bridges, likewise.
  package var bridgeTables: [RuleTable] = []
  package var drift: [Drift] = []
  /// The addresses at which each container reaches this host.
  package var hostAddresses: [ContainerID: [IPAddress]] = [:]
  package var remoteContainers: [RemoteContainer] = []
  /// How the origin resolves names.
  package var names: NameFacts?
  /// The answers of name servers.
  package var lookups: [String: [IPAddress]] = [:]

  package init(containers: [ContainerID: Container] = [:], networks: [NetworkID: Network] = [:]) {
    self.containers = containers
    self.networks = networks
  }

  /// A fact that an explanation needs and does not have.
  package enum MissingFact: Sendable, Hashable {
    case sandbox(ContainerID)
    /// The answer of name servers, asked by a container, or by this host (`nil`).
    case lookup(String, ContainerID?)
  }
}

extension PathFacts {
  /// Sets the engine's tables from the kernel's state.
  package mutating func setFirewall(_ firewall: Firewall) {
    func tables(_ table: Table) -> [RuleTable] {
      firewall.tables[table.reference] == nil ? [] : [RuleTable(table, in: firewall)]
    }
    engineTables = tables(HostFirewall.table)
    bridgeTables = tables(HostFirewall.ports)
  }

  /// The network stack that a container uses.
  enum NetworkLocation: Sendable, Hashable {
    case sandbox(ContainerID)
    case host
  }

  /// - Returns: `nil` if the container whose network it shares does not exist.
  func networkLocation(of container: Container) -> NetworkLocation? {
    switch container.host.networkMode {
    case .host: return .host
    case .container(let other):
      guard let id = ContainerID(other), let owner = containers[id] else { return nil }
      return owner.id == container.id ? nil : networkLocation(of: owner)
    case .default, .bridge, .none, .network: return .sandbox(container.id)
    }
  }

  func name(_ id: ContainerID) -> String { containers[id]?.name ?? id.short }

  func container(named name: String) -> Container? { containers.values.first { $0.name == name } }

  /// A running container's endpoint, with its network.
  struct Attachment: Sendable, Hashable {
    let container: ContainerID
    let endpoint: Endpoint
    let network: Network
  }

  var attachments: [Attachment] {
    containers.values.filter(\.isAttached).flatMap { container in
      container.allEndpoints.compactMap { endpoint in
        guard endpoint.interface != nil, let network = networks[endpoint.network] else { return nil }
        return Attachment(container: container.id, endpoint: endpoint, network: network)
      }
    }
  }

  func attachments(with address: IPAddress) -> [Attachment] {
    attachments.filter { $0.endpoint.addresses.contains(address) }
  }

  func attachment(of container: ContainerID, by link: InterfaceName) -> Attachment? {
    attachments.first { $0.container == container && $0.endpoint.interface == link }
  }

  /// The network that owns this bridge.
  func network(ofBridge link: InterfaceName) -> Network? {
    networks.values.first { $0.bridge == link }
  }

  /// The macvlan and ipvlan networks on a parent link.
  func networks(onParent link: InterfaceName) -> [Network] {
    networks.values.filter { $0.isOnParent && (try? ParentLinkOptions($0))?.parent == link }
  }

  /// The relay that listens at a host port, and its container.
  func relay(at address: IPAddress, _ port: TransportPort) -> (container: ContainerID, relay: PortRelay)? {
    for container in containers.values where !container.publications.isEmpty {
      for relay in intent(container).relays where relay.port == port.number && relay.transport == port.transport {
        if relay.listen == address || relay.listen.isUnspecified && address.family == .ipv6 {
          return (container.id, relay)
        }
      }
    }
    return nil
  }

  /// The container that publishes a host port at an address. One socket can reserve it for both families.
  func publisher(of port: TransportPort, at address: IPAddress) -> Container? {
    containers.values.first { container in
      container.publications.contains {
        $0.usesHostPort && $0.hostPort == port.number && $0.containerPort.transport == port.transport
          && ($0.hostAddress.isUnspecified || $0.hostAddress == address)
      }
    }
  }

  /// A network with external connectivity: the default one if possible.
  var networkWithExternalConnectivity: Network? {
    networks.values.filter { $0.isRoutedByHost && $0.bridge != nil && !$0.isInternal && !$0.isGatewayBridge }
      .min { ($0.isDefaultBridge ? 0 : 1, $0.name) < ($1.isDefaultBridge ? 0 : 1, $1.name) }
  }

  /// The command that connects a container to it.
  func commandToConnectOutside(_ id: ContainerID) -> String? {
    networkWithExternalConnectivity.map { "causeway network connect \($0.name) \(name(id))" }
  }

  private func intent(_ container: Container) -> SandboxIntent {
    let intents = container.allEndpoints.compactMap { endpoint -> EndpointIntent? in
      guard let interface = endpoint.interface, let network = networks[endpoint.network] else { return nil }
      return EndpointIntent(network: network, endpoint: endpoint, interface: interface)
    }
    return SandboxIntent(name: container.id.rawValue, endpoints: intents, publications: container.publications)
  }
}

extension Container {
  /// Whether its endpoints exist in the kernel.
  var isAttached: Bool { state.status == .running || state.status == .paused }
}

extension Network {
  /// The network's bridge on the host.
  var bridge: InterfaceName? {
    isConfigurationOnly ? nil : behavior.bridge(of: self)
  }

  /// Whether its containers are on the segment of a host link.
  var isOnParent: Bool { behavior.segment == .parent }

  /// As messages name it: `the default bridge`, `the network shop`.
  var title: String { isDefaultBridge ? "the default bridge" : "the network \(name)" }

  var subnets: String { ipam.pools.compactMap { $0.subnet.map { "\($0)" } }.joined(separator: ", ") }
}

extension TransportPort {
  /// As users type it: `80`, `53/udp`.
  var shortText: String { transport == .tcp ? "\(number)" : "\(self)" }
}
