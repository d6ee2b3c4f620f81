import Addressing
import EngineModel
import NetworkPlan

extension EngineState {
  /// Gives an endpoint its addresses and gateways. On an error nothing was taken.
  ///
  /// - Parameter given: what an IPAM plugin gave for it.
  mutating func lease(
    for endpoint: inout Endpoint, on network: Network, given: PluginLease? = nil
  ) throws(EngineError) {
    if network.ipam.isPlugin || given != nil { return take(given ?? PluginLease(), for: &endpoint, on: network) }
    // Taken out, so that there is one copy of them and none is made: a network may have thousands.
    var pools = leases.removeValue(forKey: network.id) ?? []
    var taken = endpoint
    defer { leases[network.id] = pools }
    do throws(EngineError) {
      try take(from: &pools, for: &taken, on: network)
    } catch {
      Self.giveBack(taken.addresses.filter { !endpoint.addresses.contains($0) }, to: &pools)
      throw error
    }
    settle(&taken, on: network)
    endpoint = taken
  }

  private func take(
    from pools: inout [AddressLeases], for taken: inout Endpoint, on network: Network
  ) throws(EngineError) {
    for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
      guard pools.contains(where: { $0.subnet.family == family }) else { continue }
      let asked: IPAddress? =
        family == .ipv4 ? taken.settings.ipv4.map(IPAddress.v4) : taken.settings.ipv6.map(IPAddress.v6)
      let (address, index) = try Self.lease(asked, family, from: &pools)
      let pool = network.ipam.pools.first { $0.subnet == pools[index].subnet }
      // Under this name Docker's users give the router that containers shall use instead of the bridge.
      let router = pool?.auxiliaryAddresses[family == .ipv4 ? "DefaultGatewayIPv4" : "DefaultGatewayIPv6"]
      let gateway = network.driver == .bridge ? router ?? pool?.gateway : pool?.gateway
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

  /// What does not depend on who gives the addresses.
  private func settle(_ endpoint: inout Endpoint, on network: Network, mac: MACAddress? = nil) {
    endpoint.mac = endpoint.settings.mac ?? mac
    // Nobody has the gateway's address on a network that spans hosts.
    if network.driver == .overlay { (endpoint.gateway4, endpoint.gateway6) = (nil, nil) }
    guard network.driver.isPlugin else {
      if endpoint.mac == nil, network.givesHardwareAddresses { endpoint.mac = Self.hardwareAddress(for: endpoint) }
      return
    }
    // The plugin chooses an address for its link, and says which way leads out.
    endpoint.place = PluginEndpoint()
    endpoint.gateway4 = nil
    endpoint.gateway6 = nil
  }

  private func take(_ lease: PluginLease, for endpoint: inout Endpoint, on network: Network) {
    func gateway(_ address: InterfaceAddress?) -> IPAddress? {
      guard let address else { return nil }
      return network.ipam.pools.first { $0.subnet?.contains(address.address) == true }?.gateway
    }
    (endpoint.ipv4, endpoint.gateway4) = (lease.ipv4, gateway(lease.ipv4)?.v4)
    (endpoint.ipv6, endpoint.gateway6) = (lease.ipv6, gateway(lease.ipv6)?.v6)
    settle(&endpoint, on: network, mac: lease.mac)
  }

  /// From the first pool of the family that has one, or exactly the one that was asked for.
  private static func lease(
    _ asked: IPAddress?, _ family: AddressFamily, from pools: inout [AddressLeases]
  ) throws(EngineError) -> (IPAddress, Int) {
    var failure: EngineError?
    for index in pools.indices where pools[index].subnet.family == family {
      do throws(EngineError) {
        guard let asked else { return (try pools[index].lease(), index) }
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

  /// Two bytes of our own and the IPv4 address, as Docker has long done it: neighbours that remember the address of a
  /// container that was there before are then right about its successor.
  private static func hardwareAddress(for endpoint: Endpoint) -> MACAddress? {
    if let address = endpoint.ipv4?.address { return MACAddress(octets: [0x02, 0x42] + address.octets) }
    return UInt64(endpoint.id.rawValue.prefix(12), radix: 16).map(MACAddress.locallyAdministered(from:))
  }

  /// Takes an endpoint's addresses when the engine starts: they were committed before.
  mutating func adopt(_ endpoint: Endpoint) {
    for address in endpoint.addresses { mark(address, on: endpoint.network) }
  }

  /// Releases what an endpoint holds and empties it. The cleanup queue tells plugins; they will know the endpoint by
  /// another identity when the container starts again.
  mutating func release(_ endpoint: inout Endpoint) {
    let tasks = networks[endpoint.network].map { LeaveTasks.leaving(endpoint, on: $0) } ?? []
    cleanup.add(tasks)
    if var pools = leases.removeValue(forKey: endpoint.network) {
      Self.giveBack(endpoint.addresses, to: &pools)
      leases[endpoint.network] = pools
    }
    guard tasks.isEmpty else {
      endpoint = endpoint.reborn()
      return
    }
    endpoint.ipv4 = nil
    endpoint.ipv6 = nil
    endpoint.gateway4 = nil
    endpoint.gateway6 = nil
    endpoint.mac = nil
    endpoint.interface = nil
    endpoint.member = nil
    endpoint.place = nil
  }
}
