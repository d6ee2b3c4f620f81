import Addressing
import EngineModel
import NetworkPlan

extension EngineState {
  /// Gives an endpoint its addresses and gateways. On an error nothing was taken.
  mutating func lease(for endpoint: inout Endpoint, on network: Network) throws(EngineError) {
    var pools = leases[network.id] ?? []
    var taken = endpoint
    for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
      guard pools.contains(where: { $0.subnet.family == family }) else { continue }
      let asked: IPAddress? =
        family == .ipv4 ? endpoint.settings.ipv4.map(IPAddress.v4) : endpoint.settings.ipv6.map(IPAddress.v6)
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
    taken.mac =
      endpoint.settings.mac ?? (network.givesHardwareAddresses ? Self.hardwareAddress(for: taken) : nil)
    leases[network.id] = pools
    endpoint = taken
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
    guard var pools = leases[endpoint.network] else { return }
    for address in endpoint.addresses {
      for index in pools.indices where pools[index].subnet.contains(address) {
        // Taken twice would mean that the store broke its own constraint; the first holder keeps it.
        try? pools[index].lease(address)
      }
    }
    leases[endpoint.network] = pools
  }

  /// Gives back what an endpoint holds and empties it.
  mutating func release(_ endpoint: inout Endpoint) {
    if var pools = leases[endpoint.network] {
      for address in endpoint.addresses {
        for index in pools.indices { pools[index].release(address) }
      }
      leases[endpoint.network] = pools
    }
    endpoint.ipv4 = nil
    endpoint.ipv6 = nil
    endpoint.gateway4 = nil
    endpoint.gateway6 = nil
    endpoint.mac = nil
    endpoint.interface = nil
  }
}
