public import Addressing
public import EngineModel
public import NetworkPlan
import Nftables

/// All that an explanation rests on: what the engine has written down, and what the kernel has at this moment.
public struct PathFacts: Sendable {
  /// A part of the kernel that is not as it should be.
  public struct Damage: Sendable, Hashable {
    /// `the network shop`, `web`.
    public var subject: String
    /// What would mend it, in the words of `ip` and `nft`.
    public var changes: [String]
    /// Whether the engine does so by itself.
    public var isMended: Bool

    public init(of subject: String, _ changes: [String], isMended: Bool) {
      self.subject = subject
      self.changes = changes
      self.isMended = isMended
    }
  }

  /// A container of another host on a network that both have.
  public struct Distant: Sendable, Hashable {
    public var name: String
    public var addresses: [IPAddress]
    public var network: NetworkID
    /// The host's name.
    public var host: String

    public init(_ name: String, at addresses: [IPAddress], on network: NetworkID, host: String) {
      self.name = name
      self.addresses = addresses
      self.network = network
      self.host = host
    }
  }

  public var containers: [ContainerID: Container]
  public var networks: [NetworkID: Network]
  public var host = NamespaceFacts()
  /// Of the containers that were asked about.
  public var sandboxes: [ContainerID: NamespaceFacts] = [:]
  /// The engine's tables, with what is in their sets now; empty where somebody has taken them away.
  public var own: [RuleTable] = []
  public var ports: [RuleTable] = []
  public var damage: [Damage] = []
  /// Where containers reach this host, by their ids.
  public var hostAddresses: [ContainerID: [IPAddress]] = [:]
  public var distant: [Distant] = []
  /// How names are found by the one who asks.
  public var names: NameFacts?
  /// What name servers said.
  public var lookups: [String: [IPAddress]] = [:]

  public init(containers: [ContainerID: Container] = [:], networks: [NetworkID: Network] = [:]) {
    self.containers = containers
    self.networks = networks
  }

  /// What a pass over the facts found to be missing among them.
  public enum Need: Sendable, Hashable {
    case sandbox(ContainerID)
    /// What name servers say, asked as a container, or as this host (`nil`).
    case lookup(String, ContainerID?)
  }
}

extension PathFacts {
  /// Takes the engine's tables as they stand in the kernel.
  public mutating func take(_ firewall: Firewall) {
    func tables(_ wanted: Table) -> [RuleTable] {
      firewall.tables[wanted.reference] == nil ? [] : [RuleTable(wanted, in: firewall)]
    }
    own = tables(HostFirewall.table)
    ports = tables(HostFirewall.ports)
  }

  /// Where a container's network is.
  enum Housing: Sendable, Hashable {
    case sandbox(ContainerID)
    case host
  }

  /// - Returns: `nil` when the container that it shares a network with is gone.
  func housing(of container: Container) -> Housing? {
    switch container.host.networkMode {
    case .host: return .host
    case .container(let other):
      guard let id = ContainerID(other), let owner = containers[id] else { return nil }
      return owner.id == container.id ? nil : housing(of: owner)
    case .default, .bridge, .none, .network: return .sandbox(container.id)
    }
  }

  func name(_ id: ContainerID) -> String { containers[id]?.name ?? id.short }

  func container(named name: String) -> Container? { containers.values.first { $0.name == name } }

  /// A running container's place on a network.
  struct Member: Sendable, Hashable {
    let container: ContainerID
    let endpoint: Endpoint
    let network: Network
  }

  var members: [Member] {
    containers.values.filter(\.isOnNetworks).flatMap { container in
      container.allEndpoints.compactMap { endpoint in
        guard endpoint.interface != nil, let network = networks[endpoint.network] else { return nil }
        return Member(container: container.id, endpoint: endpoint, network: network)
      }
    }
  }

  func members(holding address: IPAddress) -> [Member] {
    members.filter { $0.endpoint.addresses.contains(address) }
  }

  func member(of container: ContainerID, by link: InterfaceName) -> Member? {
    members.first { $0.container == container && $0.endpoint.interface == link }
  }

  /// The network whose bridge a link of the host is.
  func network(ofBridge link: InterfaceName) -> Network? {
    networks.values.first { $0.bridge == link }
  }

  /// Networks whose containers stand on a link of the host itself.
  func networks(onParent link: InterfaceName) -> [Network] {
    networks.values.filter { $0.isOnParent && (try? ParentLinkOptions($0))?.parent == link }
  }

  /// The relays that listen on the host at a port, with the container that each leads to.
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

  /// The container that holds a port of the host at an address; one socket holds it for both families.
  func publisher(of port: TransportPort, at address: IPAddress) -> Container? {
    containers.values.first { container in
      container.publications.contains {
        $0.takesHostPort && $0.hostPort == port.number && $0.containerPort.transport == port.transport
          && ($0.hostAddress.isUnspecified || $0.hostAddress == address)
      }
    }
  }

  /// A network that leads out: the default one where there is one.
  var networkOutside: Network? {
    networks.values.filter { $0.isRoutedByHost && $0.bridge != nil && !$0.isInternal && !$0.isGatewayBridge }
      .min { ($0.isDefaultBridge ? 0 : 1, $0.name) < ($1.isDefaultBridge ? 0 : 1, $1.name) }
  }

  /// Puts a container there.
  func connectOutside(_ id: ContainerID) -> String? {
    networkOutside.map { "causeway network connect \($0.name) \(name(id))" }
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
  /// It has its places on networks now.
  var isOnNetworks: Bool { state.status == .running || state.status == .paused }
}

extension Network {
  /// The bridge of the host that it stands on.
  var bridge: InterfaceName? {
    isConfigurationOnly ? nil : behavior.bridge(of: self)
  }

  /// Its containers are neighbours of the host's neighbours.
  var isOnParent: Bool { behavior.segment == .parent }

  /// For people: `the default bridge`, `the network shop`.
  var words: String { isDefaultBridge ? "the default bridge" : "the network \(name)" }

  var subnets: String { ipam.pools.compactMap { $0.subnet.map { "\($0)" } }.joined(separator: ", ") }
}

extension TransportPort {
  /// As people type it: `80`, `53/udp`.
  var asked: String { transport == .tcp ? "\(number)" : "\(self)" }
}
