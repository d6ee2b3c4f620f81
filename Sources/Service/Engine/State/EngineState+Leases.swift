import Addressing
import EngineModel
import NetworkPlan

extension EngineState {
  /// Leases an endpoint's addresses and sets its gateways. After an error nothing is leased.
  ///
  /// - Parameter given: the lease of an IPAM plugin or of the cluster store.
  mutating func lease(
    for endpoint: inout Endpoint, on network: Network, given: PluginLease? = nil
  ) throws(EngineError) {
    if network.ipam.isPlugin || given != nil { return take(given ?? PluginLease(), for: &endpoint, on: network) }
    // Moved out of the dictionary to avoid a copy: a network may have thousands of leases.
    var pools = leases.removeValue(forKey: network.id) ?? []
    var taken = endpoint
    defer { leases[network.id] = pools }
    do throws(EngineError) {
      try take(from: &pools, for: &taken, on: network)
    } catch {
      Self.giveBack(taken.addresses.filter { !endpoint.addresses.contains($0) }, to: &pools)
      throw error
    }
    complete(&taken, on: network)
    endpoint = taken
  }

  private func take(
    from pools: inout [AddressLeases], for taken: inout Endpoint, on network: Network
  ) throws(EngineError) {
    for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
      guard pools.contains(where: { $0.subnet.family == family }) else { continue }
      let asked: IPAddress? =
        family == .ipv4 ? taken.settings.ipv4.map(IPAddress.v4) : taken.settings.ipv6.map(IPAddress.v6)
      let (address, index) = try Self.lease(
        asked, family, from: &pools, avoiding: requestedAddresses[network.id] ?? [:])
      let pool = network.ipam.pools.first { $0.subnet == pools[index].subnet }
      // With this auxiliary address Docker's users set another gateway than the bridge.
      let router = pool?.auxiliaryAddresses[family == .ipv4 ? "DefaultGatewayIPv4" : "DefaultGatewayIPv6"]
      let gateway = network.behavior.honorsAuxiliaryGateway ? router ?? pool?.gateway : pool?.gateway
      let assigned = InterfaceAddress(address, in: pools[index].subnet)
      switch family {
      case .ipv4: (taken.ipv4, taken.gateway4) = (assigned, gateway?.v4)
      case .ipv6: (taken.ipv6, taken.gateway6) = (assigned, gateway?.v6)
      }
    }
  }

  private static func giveBack(_ addresses: [IPAddress], to pools: inout [AddressLeases]) {
    for address in addresses {
      for index in pools.indices { pools[index].release(address) }
    }
  }

  /// Sets the MAC, and clears what the driver decides later.
  private func complete(_ endpoint: inout Endpoint, on network: Network, mac: MACAddress? = nil) {
    endpoint.mac = endpoint.settings.mac ?? mac
    let driver = network.behavior
    if !driver.assignsPoolGateway { (endpoint.gateway4, endpoint.gateway6) = (nil, nil) }
    if driver.isPlugin { endpoint.pluginEndpoint = PluginEndpoint() }
    if endpoint.mac == nil, driver.givesMACAddresses(on: network) { endpoint.mac = Self.hardwareAddress(for: endpoint) }
  }

  private func take(_ lease: PluginLease, for endpoint: inout Endpoint, on network: Network) {
    func gateway(_ address: InterfaceAddress?) -> IPAddress? {
      guard let address else { return nil }
      return network.ipam.pools.first { $0.subnet?.contains(address.address) == true }?.gateway
    }
    (endpoint.ipv4, endpoint.gateway4) = (lease.ipv4, gateway(lease.ipv4)?.v4)
    (endpoint.ipv6, endpoint.gateway6) = (lease.ipv6, gateway(lease.ipv6)?.v6)
    complete(&endpoint, on: network, mac: lease.mac)
  }

  /// Leases the requested address, or a free one of the family's first pool that has one.
  private static func lease(
    _ asked: IPAddress?, _ family: AddressFamily, from pools: inout [AddressLeases],
    avoiding requested: [IPAddress: Set<ContainerID>]
  ) throws(EngineError) -> (IPAddress, Int) {
    var failure: EngineError?
    for index in pools.indices where pools[index].subnet.family == family {
      do throws(EngineError) {
        guard let asked else { return (try pools[index].lease { requested[$0] != nil }, index) }
        guard pools[index].subnet.contains(asked) else { continue }
        try pools[index].lease(asked)
        return (asked, index)
      } catch {
        if asked != nil { throw error }
        failure = error
      }
    }
    if let asked {
      throw EngineError(
        .invalidParameter,
        "invalid endpoint settings:\nno configured subnet contains IP address \(asked)")
    }
    throw failure ?? EngineError(.system, "no address pool of the family")
  }

  /// Two fixed bytes and the IPv4 address, as in Docker: a neighbour's ARP cache entry stays valid when another container
  /// gets the address.
  private static func hardwareAddress(for endpoint: Endpoint) -> MACAddress? {
    if let address = endpoint.ipv4?.address { return MACAddress(octets: [0x02, 0x42] + address.octets) }
    return UInt64(endpoint.id.rawValue.prefix(12), radix: 16).map(MACAddress.locallyAdministered(from:))
  }

  /// Marks an endpoint's addresses as leased at start. The database has them already.
  mutating func adopt(_ endpoint: Endpoint) {
    for address in endpoint.addresses { mark(address, on: endpoint.network) }
  }

  /// Releases what an endpoint holds and empties it. The cleanup queue tells plugins; they will know the endpoint by
  /// another identity when the container starts again.
  mutating func release(_ endpoint: inout Endpoint) {
    let tasks = networks[endpoint.network].map { RemovalCleanup.leaving(endpoint, on: $0) } ?? []
    cleanup.add(tasks)
    if var pools = leases.removeValue(forKey: endpoint.network) {
      Self.giveBack(endpoint.addresses, to: &pools)
      leases[endpoint.network] = pools
    }
    guard tasks.isEmpty else {
      endpoint = endpoint.withNewIdentity()
      return
    }
    endpoint.ipv4 = nil
    endpoint.ipv6 = nil
    endpoint.gateway4 = nil
    endpoint.gateway6 = nil
    endpoint.mac = nil
    endpoint.interface = nil
    endpoint.bridgeMember = nil
    endpoint.pluginEndpoint = nil
  }
}
