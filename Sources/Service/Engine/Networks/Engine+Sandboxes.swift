import Addressing
import DataPlane
import EngineModel
import NameService
import NetworkPlan

extension Engine {
  /// Leases addresses, interface names and ports for a container that is about to start. On an error nothing is leased.
  ///
  /// - Parameter leases: addresses from IPAM plugins and the cluster store. The function removes those that it uses.
  func leaseNetwork(
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
        try leaseEndpoint(&trial.endpoints[index], of: trial, lease)
      }
      try leasePorts(for: &trial)
    } catch {
      releaseNetwork(of: &trial)
      throw error
    }
    container = trial
  }

  /// Leases addresses and an interface name for one endpoint.
  ///
  /// - Parameter lease: addresses from an IPAM plugin or the cluster store.
  func leaseEndpoint(
    _ endpoint: inout Endpoint, of container: Container, _ lease: PluginLease? = nil
  ) throws(EngineError) {
    guard let network = state.networks[endpoint.network] else {
      throw EngineError(.notFound, "network \(endpoint.network) not found")
    }
    let member: Int? = network.behavior.hasMemberBridges ? try firstBridgeWithFreePort(of: network) : nil
    try state.lease(for: &endpoint, on: network, given: lease)
    endpoint.bridgeMember = member.flatMap { $0 > 0 ? $0 : nil }
    endpoint.interface = try Self.interfaceName(for: endpoint, on: network, besides: container)
  }

  /// The number of the network's first bridge with a free port.
  private func firstBridgeWithFreePort(of network: Network) throws(EngineError) -> Int {
    if let number = try BridgeMember.firstFree(of: network, endpointCounts: state.endpointCounts[network.id] ?? [:]) {
      return number
    }
    let count = state.attached[network.id]?.count ?? 0
    throw EngineError(
      .forbidden,
      "network \(network.name) is full: it has \(count) containers, and its bridges have no free ports; create another "
        + "network")
  }

  /// - Parameters:
  ///   - name: the interface name that a plugin asks for.
  ///   - prefix: or the prefix that it asks for.
  static func interfaceName(
    for endpoint: Endpoint, on network: Network, besides container: Container, name: String? = nil,
    prefix pluginPrefix: String? = nil
  ) throws(EngineError) -> InterfaceName {
    let used = Set(container.allEndpoints.filter { $0.id != endpoint.id }.compactMap(\.interface))
    if let asked = endpoint.settings.driverOptions[EndpointBuilder.interfaceKey] {
      guard let name = InterfaceName(asked), !used.contains(name), name.rawValue != "lo" else {
        throw EngineError(.invalidParameter, "invalid endpoint settings:\ninterface name \"\(asked)\" cannot be used")
      }
      return name
    }
    if let name = name.flatMap({ InterfaceName($0) }), name.rawValue != "lo", !used.contains(name) { return name }
    let own = try network.behavior.interfacePrefix(on: network)
    let prefix = pluginPrefix ?? own
    for number in 0...used.count {
      if let name = InterfaceName("\(prefix)\(number)"), !used.contains(name) { return name }
    }
    throw EngineError(.system, "no interface name is left for the container")
  }

  /// Leases host ports for the ports that the container publishes, if its gateway's network publishes ports. As in Docker, a
  /// container without external connectivity publishes nothing.
  func leasePorts(for container: inout Container, refused: Set<UInt16> = []) throws(EngineError) {
    let host = container.host
    var bindings = host.portBindings
    if host.publishAllPorts {
      for port in container.configuration.exposedPorts where bindings[port] == nil { bindings[port] = [] }
    }
    guard !bindings.isEmpty, container.publications.isEmpty else { return }
    let intent = SandboxIntent(name: container.id.rawValue, endpoints: allEndpointIntents(container))
    guard let gateway = intent.gateway(.ipv4) ?? intent.gateway(.ipv6),
      let options = gateway.network.behavior.publicationOptions(of: gateway.network)
    else { return }
    let request = PortRequest(
      container: container.id, bindings: bindings, defaultAddresses: publicAddresses(options),
      ephemeral: hostState.environment.ephemeralPorts, refused: refused, routed: intent.routedFamilies)
    do throws(EngineError) {
      container.publications = try request.reserve(in: &state.ports)
    } catch {
      throw EngineError(
        error.code,
        "failed to set up container networking: driver failed programming external connectivity on endpoint "
          + "\(container.name) (\(gateway.endpoint.id)): \(error.message)")
    }
  }

  /// The host addresses of a published port without an address.
  private func publicAddresses(_ options: BridgeOptions) -> [IPAddress] {
    if let address = options.hostBinding {
      if !address.isUnspecified { return [address] }
    } else if let address = configuration.defaultHostBinding, !address.isUnspecified {
      return [address]
    }
    return hostState.environment.hasIPv6 ? [.any(.ipv4), .any(.ipv6)] : [.any(.ipv4)]
  }

  /// Releases addresses, interface names and ports, as after the end of a container.
  func releaseNetwork(of container: inout Container) {
    for index in container.endpoints.indices { state.release(&container.endpoints[index]) }
    releaseGatewayEndpoint(of: &container)
    releasePorts(of: &container)
  }

  func releasePorts(of container: inout Container) {
    for publication in container.publications { state.ports.release(publication) }
    container.publications = []
  }

  func endpointIntents(_ container: Container) -> [EndpointIntent] {
    container.endpoints.compactMap(intent)
  }

  /// The same with the gateway endpoint.
  func allEndpointIntents(_ container: Container) -> [EndpointIntent] { container.allEndpoints.compactMap(intent) }

  private func intent(_ endpoint: Endpoint) -> EndpointIntent? {
    guard let interface = endpoint.interface, let network = state.networks[endpoint.network] else { return nil }
    var intent = EndpointIntent(network: network, endpoint: endpoint, interface: interface)
    intent.mtu = try? network.behavior.endpointMTU(on: network, in: NetworkContext(tunnel: cluster?.tunnel))
    return intent
  }

  /// Whether the container has a sandbox of its own.
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
      name: container.id.rawValue, endpoints: allEndpointIntents(container), publications: container.publications,
      sysctls: sysctls, isSelfAdministered: Self.hasNetworkAdminCapability(container), links: linkedPorts(of: container)
    )
  }

  /// Whether the user gave the container CAP_NET_ADMIN.
  static func hasNetworkAdminCapability(_ container: Container) -> Bool {
    container.host.privileged
      || container.host.capAdd.contains { ["CAP_NET_ADMIN", "NET_ADMIN", "ALL", "CAP_ALL"].contains($0.uppercased()) }
  }

  func namespacePath(_ id: ContainerID) -> String { "\(configuration.namespacesPath)/\(id)" }

  /// The data plane's records for a container; empty if the container does not run.
  func dataPlaneTable(of container: Container) -> DataPlaneTable {
    let (intents, places) = (endpointIntents(container), allEndpointIntents(container))
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
          NameRecord(
            id: intent.endpoint.id.rawValue, sandbox: id, network: intent.network.id.rawValue,
            networkName: intent.network.name, names: Self.names(of: container, at: intent.endpoint),
            addresses: intent.endpoint.addresses,
            isUnhealthy: state.containers[container.id]?.state.health?.status == .unhealthy)))
    }
    table.apply(.setRelays(sandboxIntent(container).relays, owner: id))
    return table
  }

  static func reservations(_ container: Container) -> [PortReservation] {
    container.publications.filter(\.usesHostPort).map {
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

  /// The addresses at which a container reaches this host: the gateway's addresses on its first bridge network.
  func hostAddresses(_ intents: [EndpointIntent]) -> [IPAddress] {
    if !configuration.hostGateways.isEmpty { return configuration.hostGateways }
    let bridges = intents.filter { $0.network.isRoutedByHost }.sorted {
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
    return ResolverChoice(own: own, engine: engine, host: hostState.environment.resolver, hasNames: hasNames)
  }
}
