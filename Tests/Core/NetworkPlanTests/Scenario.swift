import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

/// Parses a value. The test fails if the text is wrong.
func parsed<Value: LosslessStringConvertible>(_ text: String, as type: Value.Type) throws -> Value {
  try #require(Value(text), "\(text) is no \(type)")
}

/// Networks and sandboxes with fixed ids, so that plans can be compared literally.
struct Scenario {
  static func id<Object>(_ digit: Character) throws -> Identifier<Object> {
    try #require(Identifier(String(repeating: digit, count: 64)))
  }

  static func network(
    _ digit: Character = "a", _ subnet: String = "172.18.0.0/16", name: String = "web", isInternal: Bool = false,
    subnet6: String? = nil, options: [String: String] = [:], driver: NetworkDriver = .bridge, gateway: String? = nil,
    adopted: AdoptedLink? = nil
  ) throws -> Network {
    var pools = [AddressPool(subnet: try parsed(subnet, as: IPPrefix.self))]
    pools[0].gateway = try gateway.map { try parsed($0, as: IPAddress.self) }
    if let subnet6 { pools.append(AddressPool(subnet: try parsed(subnet6, as: IPPrefix.self))) }
    var network = Network(
      id: try id(digit), name: name, created: Timestamp(nanoseconds: 0), driver: driver, enableIPv6: subnet6 != nil,
      ipam: IPAMConfiguration(pools: pools), isInternal: isInternal, options: options)
    network.adopted = adopted
    return try network.completed(pools: [], avoiding: AddressSpace(), networks: AddressSpace())
  }

  static func endpoint(
    _ digit: Character, on network: Network, _ address: String, address6: String? = nil, interface: String = "eth0",
    priority: Int = 0
  ) throws -> EndpointIntent {
    let address = try parsed(address, as: IPAddress.self)
    let subnet = try #require(network.ipam.pools[0].subnet)
    var endpoint = Endpoint(
      id: try id(digit), network: network.id, container: try id("c"),
      settings: EndpointSettings(gatewayPriority: priority))
    endpoint.mac = MACAddress(octets: [0x02, 0x42] + address.octets)
    endpoint.ipv4 = InterfaceAddress(address, in: subnet)
    endpoint.gateway4 = network.ipam.pools[0].gateway?.v4
    if let address6 {
      endpoint.ipv6 = InterfaceAddress(
        try parsed(address6, as: IPAddress.self), in: try #require(network.ipam.pools[1].subnet))
      endpoint.gateway6 = network.ipam.pools[1].gateway?.v6
    }
    return EndpointIntent(
      network: network, endpoint: endpoint, interface: try parsed(interface, as: InterfaceName.self))
  }

  static func publication(_ port: String, host: String, _ hostPort: UInt16) throws -> PortPublication {
    PortPublication(
      containerPort: try parsed(port, as: TransportPort.self), hostAddress: try parsed(host, as: IPAddress.self),
      hostPort: hostPort)
  }

  static func sandbox(
    _ endpoints: [EndpointIntent], publications: [PortPublication] = []
  ) -> SandboxIntent {
    SandboxIntent(name: "box", endpoints: endpoints, publications: publications)
  }
}
