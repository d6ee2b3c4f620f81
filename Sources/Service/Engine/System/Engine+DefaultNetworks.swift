import Addressing
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler
import StateStore

/// The predefined networks: `bridge`, `host` and `none`.
extension Engine {
  /// Creates the missing predefined networks. Adapts the default bridge to the configuration, or removes it if the
  /// configuration has none.
  func makePredefinedNetworks(_ parts: Parts) async throws {
    var networks: [Network] = []
    for (name, driver) in [("host", NetworkDriver.host), ("none", .null)] where state.networkNames[name] == nil {
      networks.append(Network(id: .random(), name: name, created: .now, driver: driver))
    }
    if configuration.hasDefaultNetwork {
      if let bridge = try await defaultBridgeToStore(parts) { networks.append(bridge) }
    } else {
      try removeDefaultBridge()
    }
    try commit(networks.map(StoreChange.putNetwork))
    for network in networks { state.insert(network) }
  }

  /// The default bridge to store: a new one, or a changed one. `nil` if the stored bridge stays as it is.
  private func defaultBridgeToStore(_ parts: Parts) async throws -> Network? {
    let host = try await parts.hostNetwork([])
    let adopted = try adoptedDefaultBridge(host)
    if let adopted { try await bringUp(adopted, parts) }
    if let stored = storedDefaultBridge { return try updatedDefaultBridge(stored, adopted) }
    let id = NetworkID.random()
    let bridge = try defaultBridge(id: id, adopted).completed(
      pools: addressPools(of: id), avoiding: host.space, networks: state.addressSpace)
    logWiderRoutes(around: bridge, host)
    return bridge
  }

  private var storedDefaultBridge: Network? { state.networkNames["bridge"].flatMap { state.networks[$0] } }

  /// Removes the default bridge that an engine with another configuration created. It stays while containers use it.
  private func removeDefaultBridge() throws(EngineError) {
    guard let stored = storedDefaultBridge else { return }
    let users = state.containers.values.filter { container in
      container.endpoints.contains { $0.network == stored.id }
    }
    guard users.isEmpty else {
      logger.warning(
        "the default network stays until these containers are removed: \(users.map(\.name).sorted().joined(separator: ", "))"
      )
      return
    }
    try commit([.removeNetwork(stored.id)])
    state.remove(stored)
  }

  /// The default bridge by the present configuration. `nil` if it equals the stored bridge, or if containers hold addresses
  /// of the stored subnet.
  private func updatedDefaultBridge(_ stored: Network, _ adopted: AdoptedLink?) throws(EngineError) -> Network? {
    // For an adopted bridge the record keeps the addresses that it had before the engine first adopted it.
    var desired = defaultBridge(id: stored.id, stored.adopted?.name == adopted?.name ? stored.adopted : adopted)
    desired.created = stored.created
    // If the configuration names no subnet of a family, the stored subnet stays.
    for family in AddressFamily.allCases where !desired.ipam.pools.contains(where: { $0.subnet?.family == family }) {
      guard family == .ipv4 || desired.enableIPv6 else { continue }
      desired.ipam.pools += stored.ipam.pools.filter { $0.subnet?.family == family }
    }
    desired.ipam.pools.sort { ($0.subnet?.family == .ipv4 ? 0 : 1) < ($1.subnet?.family == .ipv4 ? 0 : 1) }
    var others = state.addressSpace
    for claim in stored.claims { others.remove(claim) }
    desired = try desired.completed(pools: addressPools, avoiding: AddressSpace(), networks: others)
    guard desired != stored else { return nil }
    let isInUse = state.containers.values.contains { container in
      container.endpoints.contains { $0.network == stored.id && $0.ipv4 != nil }
    }
    guard desired.ipam == stored.ipam || !isInUse else {
      logger.warning("the default bridge keeps its subnet: containers hold addresses of it")
      return nil
    }
    return desired
  }

  /// Sets an adopted link up. Self-healing does not do that, because an adopted link that is down is not drift.
  private func bringUp(_ link: AdoptedLink, _ parts: Parts) async throws {
    try await parts.reconciler.update(.parent(link.name.rawValue)) {
      var state = KernelState()
      state.links[LinkKey(.host, link.name)] = NetworkPlan.Link(kind: .adopted)
      return state
    }
  }

  /// The existing bridge that the configuration names; `nil` if it names none.
  ///
  /// - Throws: Docker's message if the link does not exist or is not a bridge.
  private func adoptedDefaultBridge(_ host: HostNetwork) throws(EngineError) -> AdoptedLink? {
    guard let name = configuration.defaultBridge, name != BridgeDriver.defaultBridgeName else { return nil }
    guard let link = host.links[name] else {
      throw EngineError(
        .system,
        "failed to create default \"bridge\" network: bridge device with non default name \(name) must be created "
          + "manually")
    }
    guard link.kind == "bridge" else {
      throw EngineError(.invalidParameter, "existing interface \(name) is not a bridge")
    }
    return AdoptedLink(name: name, addresses: link.addresses)
  }

  /// The default bridge as the configuration describes it, perhaps without subnets.
  private func defaultBridge(id: NetworkID, _ adopted: AdoptedLink?) -> Network {
    var network = Network(id: id, name: "bridge", created: .now)
    network.adopted = adopted
    network.options = [
      "com.docker.network.bridge.default_bridge": "true",
      "com.docker.network.bridge.enable_icc": "\(configuration.isICCEnabled)",
      "com.docker.network.bridge.enable_ip_masquerade": "true",
      "com.docker.network.bridge.host_binding_ipv4": configuration.defaultHostBinding?.v4?.description ?? "0.0.0.0",
      BridgeOptions.nameKey: (adopted?.name ?? BridgeDriver.defaultBridgeName).rawValue,
      "com.docker.network.driver.mtu": "\(configuration.mtu ?? 1500)",
    ]
    network.enableIPv6 = configuration.hasDefaultBridgeIPv6
    if let subnet = configuration.defaultBridgeSubnet6, network.enableIPv6 {
      network.ipam.pools.append(AddressPool(subnet: subnet))
    }
    let own = adopted?.addresses.filter { $0.address.family == .ipv4 }.min { $0.description < $1.description }
    if let address = own ?? configuration.defaultBridgeAddress {
      network.ipam.pools.insert(
        AddressPool(subnet: address.network, range: configuration.defaultBridgeRange, gateway: address.address), at: 0)
    }
    return network
  }
}
