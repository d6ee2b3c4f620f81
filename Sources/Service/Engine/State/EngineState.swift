import Addressing
import EngineModel
import NetworkPlan

/// Everything the engine knows, as a value: what is asked for, what was given, and by which names it is found.
///
/// Pure: it checks and decides, and the engine writes the outcome to the store and carries it out. Indexes are kept
/// beside the objects, so that look-ups do not walk over them.
struct EngineState: Sendable {
  private(set) var networks: [NetworkID: Network] = [:]
  private(set) var networkNames: [String: NetworkID] = [:]
  /// The address space that networks hold.
  private(set) var claimed = AddressSpace()
  /// The networks by their bridges.
  private(set) var bridges: [InterfaceName: NetworkID] = [:]
  private(set) var containers: [ContainerID: Container] = [:]
  private(set) var containerNames: [String: ContainerID] = [:]
  var volumes: [String: Volume] = [:]
  /// The leases of each network, one for each of its pools.
  var leases: [NetworkID: [AddressLeases]] = [:]
  /// Addresses of networks that span hosts which somebody has, here or elsewhere, as the cluster's store says.
  private(set) var occupied: [NetworkID: Set<IPAddress>] = [:]
  /// Who is on a network with addresses, by network.
  private(set) var attached: [NetworkID: Set<ContainerID>] = [:]
  /// How many endpoints with addresses stand on each of a network's bridges.
  private(set) var occupancy: [NetworkID: [Int: Int]] = [:]
  /// Containers that have links.
  private(set) var linkers: Set<ContainerID> = []
  /// Networks that are being created: their names and subnets are taken, and clients do not see them.
  private(set) var pendingNetworks: Set<NetworkID> = []
  var ports = PortLedger()
  var cleanup = CleanupQueue()

  init() {}

  // MARK: Networks

  /// - Parameter isPending: it is being created.
  mutating func insert(_ network: Network, isPending: Bool = false) {
    if isPending { pendingNetworks.insert(network.id) } else { pendingNetworks.remove(network.id) }
    if let old = networks[network.id] { forgetPlace(of: old) }
    networks[network.id] = network
    for claim in network.claims { claimed.add(claim) }
    if let bridge = network.bridge { bridges[bridge] = network.id }
    networkNames[network.name] = network.id
    leases[network.id] = network.ipam.pools.compactMap { pool in
      pool.subnet.map {
        AddressLeases(
          subnet: $0, range: pool.range, reserved: [pool.gateway].compactMap(\.self) + pool.auxiliaryAddresses.values)
      }
    }
    // What is known of a network on other hosts may be known before the network is.
    if let held = occupied[network.id] { for address in held { mark(address, on: network.id) } }
  }

  mutating func remove(_ network: Network) {
    if let old = networks[network.id] { forgetPlace(of: old) }
    networks[network.id] = nil
    pendingNetworks.remove(network.id)
    if networkNames[network.name] == network.id { networkNames[network.name] = nil }
    leases[network.id] = nil
    occupied[network.id] = nil
    attached[network.id] = nil
    occupancy[network.id] = nil
  }

  private mutating func forgetPlace(of network: Network) {
    for claim in network.claims { claimed.remove(claim) }
    if let bridge = network.bridge, bridges[bridge] == network.id { bridges[bridge] = nil }
  }

  /// The networks that clients see.
  var knownNetworks: [Network] { networks.values.filter { !pendingNetworks.contains($0.id) } }

  // MARK: Addresses that others may hold

  mutating func occupy(_ address: IPAddress, on network: NetworkID) {
    occupied[network, default: []].insert(address)
    mark(address, on: network)
  }

  /// The address may be given out again, unless somebody here has it.
  mutating func vacate(_ address: IPAddress, on network: NetworkID) {
    occupied[network]?.remove(address)
    let isHeld = (attached[network] ?? []).contains { id in
      containers[id]?.endpoints.contains { $0.network == network && $0.addresses.contains(address) } == true
    }
    guard !isHeld, var pools = leases.removeValue(forKey: network) else { return }
    for index in pools.indices { pools[index].release(address) }
    leases[network] = pools
  }

  mutating func mark(_ address: IPAddress, on network: NetworkID) {
    guard var pools = leases.removeValue(forKey: network) else { return }
    // One that is taken already is as good.
    for index in pools.indices where pools[index].subnet.contains(address) { try? pools[index].lease(address) }
    leases[network] = pools
  }

  // MARK: Containers

  /// Puts a record in, new or changed; the indexes follow.
  mutating func put(_ container: Container) {
    if let old = containers[container.id] {
      if old.name != container.name { containerNames[old.name] = nil }
      forgetAttachments(of: old)
    }
    containers[container.id] = container
    if container.host.links.isEmpty, container.endpoints.allSatisfy(\.settings.links.isEmpty) {
      linkers.remove(container.id)
    } else {
      linkers.insert(container.id)
    }
    containerNames[container.name] = container.id
    for endpoint in container.allEndpoints where endpoint.interface != nil {
      attached[endpoint.network, default: []].insert(container.id)
      occupancy[endpoint.network, default: [:]][endpoint.member ?? 0, default: 0] += 1
    }
  }

  mutating func remove(_ container: Container) {
    forgetAttachments(of: container)
    containers[container.id] = nil
    linkers.remove(container.id)
    if containerNames[container.name] == container.id { containerNames[container.name] = nil }
  }

  private mutating func forgetAttachments(of container: Container) {
    for endpoint in container.allEndpoints where endpoint.interface != nil {
      attached[endpoint.network]?.remove(container.id)
      occupancy[endpoint.network]?[endpoint.member ?? 0]? -= 1
    }
  }

  /// Health comes and goes; it is not written to the store.
  mutating func setHealth(_ health: Health, of id: ContainerID) { containers[id]?.state.health = health }

  /// The containers that use another one's network.
  func containers(sharing owner: ContainerID) -> [Container] {
    containers.values.filter { $0.host.networkMode == .container(owner.rawValue) }
  }

  /// Containers that name a volume, running or not.
  func users(ofVolume name: String) -> [Container] {
    containers.values.filter { $0.mounts.contains { $0.kind == .volume && $0.name == name } }
  }
}

extension Network {
  /// The address space that it holds.
  var claims: [AddressSpace.Claim] {
    guard !isConfigurationOnly else { return [] }
    return ipam.pools.compactMap { pool in pool.subnet.map { AddressSpace.Claim($0, holder: "network \"\(name)\"") } }
  }

  /// The bridge that it stands on.
  fileprivate var bridge: InterfaceName? {
    driver == .bridge && !isConfigurationOnly ? (try? BridgeOptions(self))?.bridgeName : nil
  }
}
