import Addressing
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler
import StateStore

/// The networks that exist without a request of a user.
extension Engine {
  /// `bridge`, `host` and `none`.
  func makePredefinedNetworks(_ parts: Parts) async throws {
    var made: [Network] = []
    for (name, driver) in [("host", NetworkDriver.host), ("none", .null)] where state.networkNames[name] == nil {
      made.append(Network(id: .random(), name: name, created: .now, driver: driver))
    }
    if configuration.hasDefaultNetwork {
      if let bridge = try await defaultBridgeToStore(parts) { made.append(bridge) }
    } else {
      try removeDefaultBridge()
    }
    try commit(made.map(StoreChange.putNetwork))
    for network in made { state.insert(network) }
  }

  /// The default bridge to store: `nil` if the stored one matches the configuration.
  private func defaultBridgeToStore(_ parts: Parts) async throws -> Network? {
    let host = try await parts.hostNetwork([])
    let adopted = try adoptedDefaultBridge(host)
    if let adopted { try await bringUp(adopted, parts) }
    if let known = state.networkNames["bridge"].flatMap({ state.networks[$0] }) {
      return try updatedDefaultBridge(known, adopted)
    }
    let id = NetworkID.random()
    return try defaultBridge(id: id, adopted).completed(
      pools: addressPools(of: id), avoiding: host.space, networks: state.addressSpace)
  }

  /// Removes the default bridge of an engine that ran with another configuration. It stays while containers use it.
  private func removeDefaultBridge() throws(EngineError) {
    guard let known = state.networkNames["bridge"].flatMap({ state.networks[$0] }) else { return }
    let users = state.containers.values.filter { container in
      container.endpoints.contains { $0.network == known.id }
    }
    guard users.isEmpty else {
      logger.warning(
        "the default network stays until these containers are removed: \(users.map(\.name).sorted().joined(separator: ", "))"
      )
      return
    }
    try commit([.removeNetwork(known.id)])
    state.remove(known)
  }

  /// The default bridge by the present configuration; `nil` if it equals the stored one, or must keep its subnet.
  private func updatedDefaultBridge(_ known: Network, _ adopted: AdoptedLink?) throws(EngineError) -> Network? {
    // The addresses that an adopted bridge had before are those of its first adoption.
    var desired = defaultBridge(id: known.id, known.adopted?.name == adopted?.name ? known.adopted : adopted)
    desired.created = known.created
    // Subnets that the configuration does not name stay as the engine chose them before.
    for family in AddressFamily.allCases where !desired.ipam.pools.contains(where: { $0.subnet?.family == family }) {
      guard family == .ipv4 || desired.enableIPv6 else { continue }
      desired.ipam.pools += known.ipam.pools.filter { $0.subnet?.family == family }
    }
    desired.ipam.pools.sort { ($0.subnet?.family == .ipv4 ? 0 : 1) < ($1.subnet?.family == .ipv4 ? 0 : 1) }
    var others = state.addressSpace
    for claim in known.claims { others.remove(claim) }
    desired = try desired.completed(pools: addressPools, avoiding: AddressSpace(), networks: others)
    guard desired != known else { return nil }
    let isHeld = state.containers.values.contains { container in
      container.endpoints.contains { $0.network == known.id && $0.ipv4 != nil }
    }
    guard desired.ipam == known.ipam || !isHeld else {
      logger.warning("the default bridge keeps its subnet: containers hold addresses of it")
      return nil
    }
    return desired
  }

  /// Brings an adopted link up. Self-healing does not do it: an adopted link that is down is not drift.
  private func bringUp(_ link: AdoptedLink, _ parts: Parts) async throws {
    try await parts.reconciler.update(.parent(link.name.rawValue)) {
      var state = KernelState()
      state.links[LinkKey(.host, link.name)] = NetworkPlan.Link(kind: .adopted)
      return state
    }
  }

  /// The bridge of the host that the configuration names; `nil` if it names none.
  ///
  /// - Throws: in Docker's words when it does not exist or is not a bridge.
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
