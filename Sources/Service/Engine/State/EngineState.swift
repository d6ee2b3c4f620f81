import Addressing
import EngineModel
import NetworkPlan

/// The records of all objects, with their leases and indexes, as a value.
///
/// It has no effects: it checks and decides; the engine commits the outcome and carries it out.
struct EngineState: Sendable {
  private(set) var networks: [NetworkID: Network] = [:]
  private(set) var networkNames: [String: NetworkID] = [:]
  /// The address space of all networks.
  private(set) var addressSpace = AddressSpace()
  /// Networks by the name of their bridge.
  private(set) var bridges: [InterfaceName: NetworkID] = [:]
  private(set) var containers: [ContainerID: Container] = [:]
  private(set) var containerNames: [String: ContainerID] = [:]
  /// Containers that are being created. Their names are reserved and their volumes and images are in use, but clients do
  /// not see them.
  private(set) var pendingContainers: [ContainerID: Container] = [:]
  /// Containers whose records cannot be read. The engine leaves their files and processes as they are.
  var unreadableContainers: Set<ContainerID> = []
  var volumes: [String: Volume] = [:]
  /// The leases of each network, one for each of its pools.
  var leases: [NetworkID: [AddressLeases]] = [:]
  /// Addresses of overlay networks that are claimed in the cluster store, by this host or another.
  private(set) var clusterClaims: [NetworkID: Set<IPAddress>] = [:]
  /// Containers that hold addresses, by network.
  private(set) var attached: [NetworkID: Set<ContainerID>] = [:]
  /// The number of endpoints with addresses on each bridge of a network.
  private(set) var endpointCounts: [NetworkID: [Int: Int]] = [:]
  /// Containers that have container links.
  private(set) var containersWithLinks: Set<ContainerID> = []
  /// Addresses that containers requested, running or not. The engine gives them to another container only on request.
  private(set) var requestedAddresses: [NetworkID: [IPAddress: Set<ContainerID>]] = [:]
  /// Networks that are being created. Their names and subnets are reserved, but clients do not see them.
  private(set) var pendingNetworks: Set<NetworkID> = []
  var ports = PortLedger()
  var cleanup = CleanupQueue()

  init() {}

  // MARK: Networks

  /// - Parameter isPending: whether the network is still being created.
  mutating func insert(_ network: Network, isPending: Bool = false) {
    if isPending { pendingNetworks.insert(network.id) } else { pendingNetworks.remove(network.id) }
    if let old = networks[network.id] { removeIndexes(of: old) }
    networks[network.id] = network
    for claim in network.claims { addressSpace.add(claim) }
    if let bridge = network.routedBridge { bridges[bridge] = network.id }
    networkNames[network.name] = network.id
    leases[network.id] = network.ipam.pools.compactMap { pool in
      pool.subnet.map {
        AddressLeases(
          subnet: $0, range: pool.range, reserved: [pool.gateway].compactMap(\.self) + pool.auxiliaryAddresses.values)
      }
    }
    // The cluster store may have announced addresses before the network.
    if let addresses = clusterClaims[network.id] { for address in addresses { markLeased(address, on: network.id) } }
  }

  /// Reserves the name of a network that is being removed.
  mutating func reserveName(of network: Network) { networkNames[network.name] = network.id }

  mutating func releaseName(of network: Network) {
    if networkNames[network.name] == network.id { networkNames[network.name] = nil }
  }

  mutating func remove(_ network: Network) {
    if let old = networks[network.id] { removeIndexes(of: old) }
    networks[network.id] = nil
    pendingNetworks.remove(network.id)
    if networkNames[network.name] == network.id { networkNames[network.name] = nil }
    leases[network.id] = nil
    clusterClaims[network.id] = nil
    attached[network.id] = nil
    endpointCounts[network.id] = nil
  }

  private mutating func removeIndexes(of network: Network) {
    for claim in network.claims { addressSpace.remove(claim) }
    if let bridge = network.routedBridge, bridges[bridge] == network.id { bridges[bridge] = nil }
  }

  /// The networks that clients see.
  var knownNetworks: [Network] { networks.values.filter { !pendingNetworks.contains($0.id) } }

  // MARK: Addresses claimed in the cluster

  /// Records that the address is claimed in the cluster store, and leases it.
  mutating func addClusterClaim(_ address: IPAddress, on network: NetworkID) {
    clusterClaims[network, default: []].insert(address)
    markLeased(address, on: network)
  }

  /// Removes the claim, and the lease unless a container of this node has the address.
  mutating func removeClusterClaim(_ address: IPAddress, on network: NetworkID) {
    clusterClaims[network]?.remove(address)
    let isHeld = (attached[network] ?? []).contains { id in
      containers[id]?.endpoints.contains { $0.network == network && $0.addresses.contains(address) } == true
    }
    guard !isHeld, var pools = leases.removeValue(forKey: network) else { return }
    for index in pools.indices { pools[index].release(address) }
    leases[network] = pools
  }

  mutating func markLeased(_ address: IPAddress, on network: NetworkID) {
    guard var pools = leases.removeValue(forKey: network) else { return }
    // The address may be leased already.
    for index in pools.indices where pools[index].subnet.contains(address) { try? pools[index].lease(address) }
    leases[network] = pools
  }

  // MARK: Containers

  /// Reserves the name of a container that is being created.
  mutating func reserve(_ container: Container) {
    pendingContainers[container.id] = container
    containerNames[container.name] = container.id
  }

  /// Ends ``reserve(_:)``, when the container exists or its creation failed.
  mutating func endReservation(_ id: ContainerID) {
    guard let container = pendingContainers.removeValue(forKey: id), containers[id] == nil else { return }
    if containerNames[container.name] == id { containerNames[container.name] = nil }
  }

  /// Inserts or replaces a record and updates the indexes.
  mutating func put(_ container: Container) {
    if let old = containers[container.id] {
      if old.name != container.name { containerNames[old.name] = nil }
      removeAttachments(of: old)
      removeRequestedAddresses(of: old)
    }
    containers[container.id] = container
    for (network, address) in container.requestedAddresses {
      requestedAddresses[network, default: [:]][address, default: []].insert(container.id)
    }
    if container.host.links.isEmpty, container.endpoints.allSatisfy(\.settings.links.isEmpty) {
      containersWithLinks.remove(container.id)
    } else {
      containersWithLinks.insert(container.id)
    }
    containerNames[container.name] = container.id
    for endpoint in container.allEndpoints where endpoint.interface != nil {
      attached[endpoint.network, default: []].insert(container.id)
      endpointCounts[endpoint.network, default: [:]][endpoint.bridgeMember ?? 0, default: 0] += 1
    }
  }

  mutating func remove(_ container: Container) {
    removeAttachments(of: container)
    if let old = containers[container.id] { removeRequestedAddresses(of: old) }
    containers[container.id] = nil
    containersWithLinks.remove(container.id)
    if containerNames[container.name] == container.id { containerNames[container.name] = nil }
  }

  private mutating func removeRequestedAddresses(of container: Container) {
    for (network, address) in container.requestedAddresses {
      requestedAddresses[network]?[address]?.remove(container.id)
      if requestedAddresses[network]?[address]?.isEmpty == true { requestedAddresses[network]?[address] = nil }
    }
  }

  private mutating func removeAttachments(of container: Container) {
    for endpoint in container.allEndpoints where endpoint.interface != nil {
      attached[endpoint.network]?.remove(container.id)
      endpointCounts[endpoint.network]?[endpoint.bridgeMember ?? 0]? -= 1
    }
  }

  /// Health is not stored in the database.
  mutating func setHealth(_ health: Health, of id: ContainerID) { containers[id]?.state.health = health }

  /// Containers that use the network of this one.
  func containers(sharing owner: ContainerID) -> [Container] {
    containers.values.filter { $0.host.networkMode == .container(owner.rawValue) }
  }

  /// Containers that name a volume: running, stopped, or being created.
  func users(ofVolume name: String) -> [Container] {
    func uses(_ container: Container) -> Bool {
      container.mounts.contains { $0.kind == .volume && $0.name == name }
    }
    return containers.values.filter(uses) + pendingContainers.values.filter(uses)
  }
}

extension Container {
  fileprivate var requestedAddresses: [(NetworkID, IPAddress)] {
    endpoints.flatMap { endpoint in
      [endpoint.settings.ipv4.map(IPAddress.v4), endpoint.settings.ipv6.map(IPAddress.v6)].compactMap(\.self)
        .map { (endpoint.network, $0) }
    }
  }
}

extension Network {
  /// The address space of the network.
  var claims: [AddressSpace.Claim] {
    guard !isConfigurationOnly else { return [] }
    return ipam.pools.compactMap { pool in pool.subnet.map { AddressSpace.Claim($0, holder: "network \"\(name)\"") } }
  }

  /// The network's bridge, if this host is its router.
  var routedBridge: InterfaceName? {
    isRoutedByHost && !isConfigurationOnly ? behavior.bridge(of: self) : nil
  }
}
