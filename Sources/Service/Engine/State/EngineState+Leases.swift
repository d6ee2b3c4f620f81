import Addressing
import EngineModel
import NetworkPlan

extension EngineState {
  /// Leases an endpoint's addresses, and sets its addresses, gateways and MAC address. After an error nothing is leased.
  ///
  /// - Parameter given: the addresses that an IPAM plugin or the cluster store leased already.
  mutating func lease(
    for endpoint: inout Endpoint, on network: Network, given: PluginLease? = nil
  ) throws(EngineError) {
    if network.ipam.isPlugin || given != nil { return apply(given ?? PluginLease(), for: &endpoint, on: network) }
    // Taking the pools out of the dictionary avoids a copy. A network may have thousands of leases.
    var pools = leases.removeValue(forKey: network.id) ?? []
    var leased = endpoint
    defer { leases[network.id] = pools }
    do throws(EngineError) {
      try leaseAddresses(from: &pools, for: &leased, on: network)
    } catch {
      Self.release(leased.addresses.filter { !endpoint.addresses.contains($0) }, to: &pools)
      throw error
    }
    complete(&leased, on: network)
    endpoint = leased
  }

  private func leaseAddresses(
    from pools: inout [AddressLeases], for leased: inout Endpoint, on network: Network
  ) throws(EngineError) {
    for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
      guard pools.contains(where: { $0.subnet.family == family }) else { continue }
      let requestedAddress: IPAddress? =
        family == .ipv4 ? leased.settings.ipv4.map(IPAddress.v4) : leased.settings.ipv6.map(IPAddress.v6)
      let (address, index) = try Self.lease(
        requestedAddress, family, from: &pools, avoiding: requestedAddresses[network.id] ?? [:])
      let pool = network.ipam.pools.first { $0.subnet == pools[index].subnet }
      // With this auxiliary address users of Docker set a gateway other than the bridge.
      let router = pool?.auxiliaryAddresses[family == .ipv4 ? "DefaultGatewayIPv4" : "DefaultGatewayIPv6"]
      let gateway = network.behavior.honorsAuxiliaryGateway ? router ?? pool?.gateway : pool?.gateway
      let assigned = InterfaceAddress(address, in: pools[index].subnet)
      switch family {
      case .ipv4: (leased.ipv4, leased.gateway4) = (assigned, gateway?.v4)
      case .ipv6: (leased.ipv6, leased.gateway6) = (assigned, gateway?.v6)
      }
    }
  }

  /// Releases the addresses in whichever pool they are.
  private static func release(_ addresses: [IPAddress], to pools: inout [AddressLeases]) {
    for address in addresses {
      for index in pools.indices { pools[index].release(address) }
    }
  }

  /// Sets the MAC address, and clears what the driver or its plugin decides later.
  private func complete(_ endpoint: inout Endpoint, on network: Network, mac: MACAddress? = nil) {
    endpoint.mac = endpoint.settings.mac ?? mac
    let driver = network.behavior
    if !driver.assignsPoolGateway { (endpoint.gateway4, endpoint.gateway6) = (nil, nil) }
    if driver.isPlugin { endpoint.pluginEndpoint = PluginEndpoint() }
    if endpoint.mac == nil, driver.givesMACAddresses(on: network) { endpoint.mac = Self.macAddress(for: endpoint) }
  }

  /// Sets what a plugin or the cluster store leased.
  private func apply(_ lease: PluginLease, for endpoint: inout Endpoint, on network: Network) {
    func gateway(_ address: InterfaceAddress?) -> IPAddress? {
      guard let address else { return nil }
      return network.ipam.pools.first { $0.subnet?.contains(address.address) == true }?.gateway
    }
    (endpoint.ipv4, endpoint.gateway4) = (lease.ipv4, gateway(lease.ipv4)?.v4)
    (endpoint.ipv6, endpoint.gateway6) = (lease.ipv6, gateway(lease.ipv6)?.v6)
    complete(&endpoint, on: network, mac: lease.mac)
  }

  /// Leases the requested address, or the lowest free address of the family's first pool that has one.
  ///
  /// - Parameter requested: addresses that containers requested; the others must not get them.
  /// - Returns: the address, and the index of its pool.
  private static func lease(
    _ requestedAddress: IPAddress?, _ family: AddressFamily, from pools: inout [AddressLeases],
    avoiding requested: [IPAddress: Set<ContainerID>]
  ) throws(EngineError) -> (IPAddress, Int) {
    var failure: EngineError?
    for index in pools.indices where pools[index].subnet.family == family {
      do throws(EngineError) {
        guard let requestedAddress else { return (try pools[index].lease { requested[$0] != nil }, index) }
        guard pools[index].subnet.contains(requestedAddress) else { continue }
        try pools[index].lease(requestedAddress)
        return (requestedAddress, index)
      } catch {
        if requestedAddress != nil { throw error }
        failure = error
      }
    }
    if let requestedAddress {
      throw EngineError(
        .invalidParameter,
        "invalid endpoint settings:\nno configured subnet contains IP address \(requestedAddress)")
    }
    throw failure ?? EngineError(.system, "no address pool of the family")
  }

  /// Two fixed bytes and the IPv4 address, as in Docker: a neighbour's ARP cache entry stays valid when another container
  /// gets the address.
  private static func macAddress(for endpoint: Endpoint) -> MACAddress? {
    if let address = endpoint.ipv4?.address { return MACAddress(octets: [0x02, 0x42] + address.octets) }
    return UInt64(endpoint.id.rawValue.prefix(12), radix: 16).map(MACAddress.locallyAdministered(from:))
  }

  /// Marks an endpoint's addresses as leased, when the engine starts. The database has the endpoint already.
  mutating func restoreLeases(of endpoint: Endpoint) {
    for address in endpoint.addresses { markLeased(address, on: endpoint.network) }
  }

  /// Releases an endpoint's addresses and clears its fields. Tasks of the cleanup queue tell plugins. For them the endpoint
  /// gets a new identity, because the container may start again before they answer.
  mutating func release(_ endpoint: inout Endpoint) {
    let tasks = networks[endpoint.network].map { RemovalCleanup.leaving(endpoint, on: $0) } ?? []
    cleanup.add(tasks)
    if var pools = leases.removeValue(forKey: endpoint.network) {
      Self.release(endpoint.addresses, to: &pools)
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
