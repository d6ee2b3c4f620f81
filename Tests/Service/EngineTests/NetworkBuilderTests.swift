import Addressing
import EngineModel
import NetworkPlan
import Testing

@testable import Engine

@Suite struct NetworkBuilderTests {
  private func build(
    _ request: NetworkCreateRequest, in state: EngineState = EngineState(), routes: [String] = []
  ) throws -> Network {
    try NetworkBuilder(
      request: request, pools: SubnetPool.defaults,
      host: HostNetwork(prefixes: try routes.map { try parsed($0, as: IPPrefix.self) })
    ).network(in: state, id: .random(), now: Timestamp(nanoseconds: 0))
  }

  @Test func subnetsAvoidNetworksAndRoutes() throws {
    var state = EngineState()
    state.insert(try build(NetworkCreateRequest(name: "one")))
    let two = try build(NetworkCreateRequest(name: "two"), in: state, routes: ["172.17.0.0/16", "172.18.0.0/20"])
    #expect(two.ipam.pools.map { "\($0.subnet.map { "\($0)" } ?? "")" } == ["172.19.0.0/16"])
    #expect(two.ipam.pools[0].gateway == (try parsed("172.19.0.1", as: IPAddress.self)))
  }

  @Test(arguments: [
    ("bridge", EngineError.Code.forbidden, "operation is not permitted on predefined bridge network"),
    ("", .invalidParameter, "invalid name: name is empty"), ("one", .conflict, "network with name one already exists"),
  ])
  func names(_ name: String, _ code: EngineError.Code, _ message: String) throws {
    var state = EngineState()
    state.insert(try build(NetworkCreateRequest(name: "one")))
    let error = #expect(throws: EngineError.self) { try build(NetworkCreateRequest(name: name), in: state) }
    #expect(error?.code == code && error?.message == message)
  }

  @Test(arguments: [("host", EngineError.Code.forbidden), ("null", .forbidden)])
  func drivers(_ driver: String, _ code: EngineError.Code) {
    var request = NetworkCreateRequest(name: "x")
    request.driver = driver
    #expect(#expect(throws: EngineError.self) { try build(request) }?.code == code)
  }

  @Test func oneBridgeHasOneNetwork() throws {
    var request = NetworkCreateRequest(name: "x")
    request.options[BridgeOptions.nameKey] = "br0"
    var state = EngineState()
    state.insert(try build(request))
    request.name = "y"
    #expect(throws: EngineError.self) { try build(request, in: state) }
  }

  @Test func addressesAndExhaustion() throws {
    var request = NetworkCreateRequest(name: "small")
    request.ipam.pools = [AddressPool(subnet: try parsed("192.0.2.0/30", as: IPPrefix.self))]
    let network = try build(request)
    var state = EngineState()
    state.insert(network)
    var first = Endpoint(id: .random(), network: network.id, container: .random(), settings: EndpointSettings())
    try state.lease(for: &first, on: network)
    #expect(first.ipv4?.description == "192.0.2.2/30")
    #expect(first.mac?.description == "02:42:c0:00:02:02")
    #expect(first.gateway4?.description == "192.0.2.1")
    var second = Endpoint(id: .random(), network: network.id, container: .random(), settings: EndpointSettings())
    #expect(throws: EngineError.self) { try state.lease(for: &second, on: network) }
    second.settings.ipv4 = first.ipv4?.address.v4
    #expect(#expect(throws: EngineError.self) { try state.lease(for: &second, on: network) }?.code == .forbidden)
    state.release(&first)
    #expect(first.ipv4 == nil)
    try state.lease(for: &second, on: network)
    second.settings.ipv4 = try parsed("198.51.100.1", as: IPv4Address.self)
    #expect(throws: EngineError.self) { try EndpointBuilder.check(second.settings, on: network) }
  }
}
