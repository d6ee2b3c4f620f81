import Addressing
import DataPlane
import EngineModel
import NameService
import NetworkPlan

extension Engine {
  /// Takes addresses, interface names and ports for a container that is about to run. On an error nothing was taken.
  ///
  /// - Parameter leases: what IPAM plugins gave; those that were not taken are left.
  func takeNetwork(
    for container: inout Container, leases: inout [NetworkID: PluginLease]
  ) throws(EngineError) {
    var trial = container
    do throws(EngineError) {
      for (name, settings) in trial.unresolvedNetworks.sorted(by: { $0.key < $1.key }) {
        let network = try state.network(name)
        try EndpointBuilder.check(settings, on: network)
        trial.endpoints.append(
          Endpoint(id: .random(), network: network.id, container: trial.id, settings: settings))
      }
      trial.unresolvedNetworks = [:]
      for index in trial.endpoints.indices {
        let lease = leases.removeValue(forKey: trial.endpoints[index].network)
        try take(&trial.endpoints[index], of: trial, lease)
      }
      try takePorts(for: &trial)
    } catch {
      giveBackNetwork(of: &trial)
      throw error
    }
    container = trial
  }

  /// Takes an address and an interface name for one endpoint.
  ///
  /// - Parameter lease: what an IPAM plugin gave for it.
  func take(
    _ endpoint: inout Endpoint, of container: Container, _ lease: PluginLease? = nil
  ) throws(EngineError) {
    guard let network = state.networks[endpoint.network] else {
      throw EngineError(.notFound, "network \(endpoint.network) not found")
    }
    let member: Int? = network.driver == .bridge ? try vacancy(of: network) : nil
    try state.lease(for: &endpoint, on: network, given: lease)
    endpoint.member = member.flatMap { $0 > 0 ? $0 : nil }
    endpoint.interface = try Self.interfaceName(for: endpoint, on: network, besides: container)
  }

  /// Which of the network's bridges has room.
  private func vacancy(of network: Network) throws(EngineError) -> Int {
    if let number = try BridgeMember.vacancy(of: network, occupancy: state.occupancy[network.id] ?? [:]) {
      return number
    }
    let count = state.attached[network.id]?.count ?? 0
    throw EngineError(
      .forbidden,
      "network \(network.name) is full: it has \(count) containers, and its bridges have no room for more; make another "
        + "network")
  }

  /// - Parameters:
  ///   - name: what a plugin wants the interface to be called.
  ///   - prefix: or what it wants a number to be put after.
  static func interfaceName(
    for endpoint: Endpoint, on network: Network, besides container: Container, name: String? = nil,
    prefix wished: String? = nil
  ) throws(EngineError) -> InterfaceName {
    let used = Set(container.allEndpoints.filter { $0.id != endpoint.id }.compactMap(\.interface))
    if let wish = endpoint.settings.driverOptions[EndpointBuilder.interfaceKey] {
      guard let name = InterfaceName(wish), !used.contains(name), name.rawValue != "lo" else {
        throw EngineError(.invalidParameter, "invalid endpoint settings:\ninterface name \"\(wish)\" cannot be used")
      }
      return name
    }
    if let name = name.flatMap({ InterfaceName($0) }), name.rawValue != "lo", !used.contains(name) { return name }
    let own = network.driver == .bridge ? try BridgeOptions(network).containerInterfacePrefix : "eth"
    let prefix = wished ?? own
    for number in 0...used.count {
      if let name = InterfaceName("\(prefix)\(number)"), !used.contains(name) { return name }
    }
    throw EngineError(.system, "no interface name is left for the container")
  }

  /// Publishes what the container asks for, if it is on a network that can. Docker, too, publishes nothing on networks
  /// that lead nowhere.
  func takePorts(for container: inout Container, refused: Set<UInt16> = []) throws(EngineError) {
    let host = container.host
    var bindings = host.portBindings
    if host.publishAllPorts {
      for port in container.configuration.exposedPorts where bindings[port] == nil { bindings[port] = [] }
    }
    guard !bindings.isEmpty, container.publications.isEmpty else { return }
    let intent = SandboxIntent(name: container.id.rawValue, endpoints: places(of: container))
    guard let way = intent.gateway(.ipv4) ?? intent.gateway(.ipv6), way.network.driver == .bridge else { return }
    let request = PortRequest(
      container: container.id, bindings: bindings, defaultAddresses: try publicAddresses(on: way.network),
      ephemeral: hostFacts.ephemeralPorts, refused: refused, routed: intent.routedFamilies)
    do throws(EngineError) {
      container.publications = try request.take(from: &state.ports)
    } catch {
      throw EngineError(
        error.code,
        "failed to set up container networking: driver failed programming external connectivity on endpoint "
          + "\(container.name) (\(way.endpoint.id)): \(error.message)")
    }
  }

  /// Where a port is published when the user names no address.
  private func publicAddresses(on network: Network) throws(EngineError) -> [IPAddress] {
    if let address = try BridgeOptions(network).hostBinding {
      if !address.isUnspecified { return [address] }
    } else if let address = configuration.defaultHostBinding, !address.isUnspecified {
      return [address]
    }
    return hostFacts.hasIPv6 ? [.any(.ipv4), .any(.ipv6)] : [.any(.ipv4)]
  }

  /// Gives back addresses, names of interfaces and ports; the record then is as one of a container that does not run.
  func giveBackNetwork(of container: inout Container) {
    for index in container.endpoints.indices { state.release(&container.endpoints[index]) }
    giveBackGateway(of: &container)
    giveBackPorts(of: &container)
  }

  func giveBackPorts(of container: inout Container) {
    for publication in container.publications { state.ports.release(publication) }
    container.publications = []
  }

  func endpointIntents(_ container: Container) -> [EndpointIntent] {
    container.endpoints.compactMap(intent)
  }

  /// The same with the one by which the container goes out where none of its networks leads out.
  func places(of container: Container) -> [EndpointIntent] { container.allEndpoints.compactMap(intent) }

  private func intent(_ endpoint: Endpoint) -> EndpointIntent? {
    guard let interface = endpoint.interface, let network = state.networks[endpoint.network] else { return nil }
    var intent = EndpointIntent(network: network, endpoint: endpoint, interface: interface)
    if network.driver == .overlay, let tunnel = cluster?.tunnel {
      intent.mtu = try? OverlayDriver.mtu(network, tunnel)
    }
    return intent
  }

  /// Whether the container has a network namespace of its own.
  static func hasSandbox(_ container: Container) -> Bool {
    switch container.host.networkMode {
    case .host, .container: false
    case .default, .bridge, .none, .network: true
    }
  }

  func sandboxIntent(_ container: Container) -> SandboxIntent {
    var sysctls: [String: String] = [:]
    for endpoint in container.endpoints {
      guard let interface = endpoint.interface else { continue }
      let list = endpoint.settings.driverOptions[InterfaceSettings.key]
      sysctls.merge(InterfaceSettings.settings(list, of: interface)) { $1 }
    }
    return SandboxIntent(
      name: container.id.rawValue, endpoints: places(of: container), publications: container.publications,
      sysctls: sysctls, isSelfAdministered: Self.administersItsNetwork(container), links: linkPermits(of: container))
  }

  /// Whether the user gave the container the right to change its own network.
  static func administersItsNetwork(_ container: Container) -> Bool {
    container.host.privileged
      || container.host.capAdd.contains { ["CAP_NET_ADMIN", "NET_ADMIN", "ALL", "CAP_ALL"].contains($0.uppercased()) }
  }

  func namespacePath(_ id: ContainerID) -> String { "\(configuration.namespacesPath)/\(id)" }

  /// What the data plane serves for a container; nothing for one that does not run.
  func served(_ container: Container) -> DataPlaneTable {
    let (intents, places) = (endpointIntents(container), places(of: container))
    let choice = resolverChoice(container)
    let id = container.id.rawValue
    var table = DataPlaneTable()
    table.apply(.reserve(Self.reservations(container), owner: id))
    if choice.isEmbedded, !intents.isEmpty {
      var extra = Self.hostNames.map { HostRecord(name: $0, addresses: hostAddresses(places)) }
      for alias in container.host.extraHosts.compactMap(HostAlias.init) {
        extra.append(HostRecord(name: alias.name, addresses: alias.address.map { [$0] } ?? hostAddresses(places)))
      }
      extra += linkedHosts(of: container)
      table.apply(
        .openSandbox(
          SandboxRecord(
            id: id, namespacePath: namespacePath(container.id), port: SandboxFirewall.resolverPort,
            upstreams: choice.upstreams.map {
              Upstream(address: $0, isInsideSandbox: choice.areUpstreamsGiven && !$0.isLoopback)
            },
            isInternal: places.allSatisfy(\.network.isInternal), extraHosts: extra)))
    }
    for intent in intents where !intent.network.isGatewayBridge {
      table.apply(
        .setEndpoint(
          EndpointRecord(
            id: intent.endpoint.id.rawValue, sandbox: id, network: intent.network.id.rawValue,
            networkName: intent.network.name, names: Self.names(of: container, at: intent.endpoint),
            addresses: intent.endpoint.addresses,
            isUnwell: lives[container.id]?.state.health?.status == .unhealthy)))
    }
    table.apply(.setRelays(sandboxIntent(container).relays, owner: id))
    return table
  }

  static func reservations(_ container: Container) -> [PortReservation] {
    container.publications.filter(\.takesHostPort).map {
      PortReservation(address: $0.hostAddress, port: $0.hostPort, transport: $0.containerPort.transport)
    }
  }

  static let hostNames = ["host.docker.internal", "gateway.docker.internal"]

  static func names(of container: Container, at endpoint: Endpoint) -> [String] {
    var names = [container.name, container.id.short] + endpoint.settings.aliases
    if !container.configuration.hostname.isEmpty { names.append(container.configuration.hostname) }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// Where a container reaches this host: at the gateway of the network that leads out, or else of any.
  func hostAddresses(_ intents: [EndpointIntent]) -> [IPAddress] {
    if !configuration.hostGateways.isEmpty { return configuration.hostGateways }
    let bridges = intents.filter { $0.network.driver == .bridge }.sorted {
      ($0.endpoint.settings.gatewayPriority, $1.network.isInternal ? 1 : 0)
        > ($1.endpoint.settings.gatewayPriority, $0.network.isInternal ? 1 : 0)
    }
    guard let first = bridges.first?.endpoint else { return [] }
    return [first.gateway4.map(IPAddress.v4), first.gateway6.map(IPAddress.v6)].compactMap(\.self)
  }

  func resolverChoice(_ container: Container) -> ResolverChoice {
    var own = ResolverFile()
    own.servers = container.host.dns
    own.search = container.host.dnsSearch
    own.options = container.host.dnsOptions
    var engine = ResolverFile()
    engine.servers = configuration.dnsServers
    engine.search = configuration.dnsSearch
    engine.options = configuration.dnsOptions
    let hasNames = !endpointIntents(container).isEmpty
    return ResolverChoice(own: own, engine: engine, host: hostFacts.resolver, hasNames: hasNames)
  }
}
