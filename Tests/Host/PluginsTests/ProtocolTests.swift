import JSON
import Addressing
import EngineModel
import Testing

@testable import Plugins

/// What is sent to plugins, letter for letter, and what is taken from their answers.
@Suite struct ProtocolTests {
  private func value<Value: LosslessStringConvertible>(_ text: String, as type: Value.Type) throws -> Value {
    try #require(Value(text))
  }

  private func network() throws -> Network {
    let id = try #require(NetworkID(String(repeating: "1", count: 64)))
    var pool = AddressPool(
      subnet: try value("10.1.0.0/16", as: IPPrefix.self), gateway: try value("10.1.0.1", as: IPAddress.self))
    pool.auxiliaryAddresses = ["router": try value("10.1.0.2", as: IPAddress.self)]
    return Network(
      id: id, name: "net", created: Timestamp(nanoseconds: 0), driver: NetworkDriver(rawValue: "remote"),
      ipam: IPAMConfiguration(pools: [pool]), isInternal: true, options: ["b": "2", "a": "1"])
  }

  private func endpoint() throws -> Endpoint {
    let id = try #require(EndpointID(String(repeating: "2", count: 64)))
    let container = try #require(ContainerID(String(repeating: "3", count: 64)))
    var endpoint = Endpoint(
      id: id, network: try network().id, container: container,
      settings: EndpointSettings(driverOptions: ["speed": "fast"]))
    endpoint.ipv4 = try value("10.1.0.5/16", as: InterfaceAddress.self)
    return endpoint
  }

  @Test func makingANetwork() throws {
    let call = NetworkDriverCalls.createNetwork(try network())
    #expect(call.plugin == "remote")
    #expect(call.method == "NetworkDriver.CreateNetwork")
    #expect(
      call.body
        == #"{"NetworkID":"\#(String(repeating: "1", count: 64))","Options":{"com.docker.network.enable_ipv4":true,"#
        + #""com.docker.network.enable_ipv6":false,"com.docker.network.generic":{"a":"1","b":"2"},"#
        + #""com.docker.network.internal":true},"IPv4Data":[{"AddressSpace":"LocalDefault","Pool":"10.1.0.0/16","#
        + #""Gateway":"10.1.0.1/16","AuxAddresses":{"router":"10.1.0.2/16"}}],"IPv6Data":[]}"#)
  }

  @Test func makingAnEndpoint() throws {
    let port = try value("80/tcp", as: TransportPort.self)
    let ports = EndpointPorts(exposed: [port], published: [port: [PortBinding(hostPorts: PortRange(8080, 8080))]])
    let call = NetworkDriverCalls.createEndpoint(try endpoint(), on: try network(), ports)
    #expect(
      call.body
        == #"{"NetworkID":"\#(String(repeating: "1", count: 64))","EndpointID":"\#(String(repeating: "2", count: 64))","#
        + #""Interface":{"Address":"10.1.0.5/16","AddressIPv6":"","MacAddress":""},"Options":{"#
        + #""com.docker.network.endpoint.exposedports":[{"Proto":6,"Port":80}],"com.docker.network.portmap":["#
        + #"{"Proto":6,"Port":80,"IP":"","HostIP":"","HostPort":8080,"HostPortEnd":8080}],"speed":"fast"}}"#)
  }

  @Test func askingForAddresses() throws {
    let pool = AddressPool(subnet: try value("10.1.0.0/16", as: IPPrefix.self))
    #expect(
      IPAMCalls.requestPool("p", space: "s", pool, .ipv4, options: ["k": "v"]).body
        == #"{"AddressSpace":"s","Pool":"10.1.0.0/16","SubPool":"","Options":{"k":"v"},"V6":false}"#)
    #expect(
      IPAMCalls.requestAddress("p", pool: "x", nil, isGateway: true).body
        == #"{"PoolID":"x","Address":"","Options":{"RequestAddressType":"com.docker.network.gateway"}}"#)
  }

  private func decoded<Answer: Decodable>(_ text: String, as type: Answer.Type) throws -> Answer {
    try JSONDecoding.decode(type, from: try JSONParser.parse(text))
  }

  @Test func joining() throws {
    let answer = try decoded(
      """
      {"InterfaceName": {"SrcName": "veth1", "DstPrefix": "eth"}, "Gateway": "10.1.0.1",
       "StaticRoutes": [{"Destination": "10.9.0.0/16", "RouteType": 0, "NextHop": "10.1.0.1"},
                        {"Destination": "10.8.0.1/32", "RouteType": 1}], "DisableGatewayService": true}
      """, as: NetworkDriverAnswers.Joined.self)
    var endpoint = try endpoint()
    try answer.fill(&endpoint)
    #expect(endpoint.pluginEndpoint?.link?.rawValue == "veth1")
    #expect(endpoint.gateway4?.description == "10.1.0.1")
    #expect(endpoint.pluginEndpoint?.routes.map(\.destination.description) == ["10.9.0.0/16", "10.8.0.1/32"])
    #expect(endpoint.pluginEndpoint?.routes.map { $0.nextHop?.description } == ["10.1.0.1", nil])
    #expect(answer.prefixInContainer == "eth")
    #expect(answer.DisableGatewayService)
  }

  @Test func joiningWithNothing() throws {
    var endpoint = try endpoint()
    try decoded("{}", as: NetworkDriverAnswers.Joined.self).fill(&endpoint)
    #expect(endpoint.pluginEndpoint?.link == nil)
    #expect(endpoint.pluginEndpoint?.routes.isEmpty == true)
  }

  @Test(arguments: [
    #"{"InterfaceName": {"SrcName": "../../etc"}}"#, #"{"InterfaceName": {"SrcName": "a-name-that-is-too-long"}}"#,
    #"{"InterfaceName": {"SrcName": "lo"}}"#, #"{"Gateway": "ten"}"#,
    #"{"StaticRoutes": [{"Destination": "10.9.0.0", "RouteType": 1}]}"#,
    #"{"StaticRoutes": [{"Destination": "10.9.0.0/16", "RouteType": 0, "NextHop": "fd00::1"}]}"#,
    #"{"StaticRoutes": [{"Destination": "10.9.0.0/16", "RouteType": 7}]}"#,
  ])
  func answersToJoinThatCannotBeUsed(_ text: String) throws {
    let answer = try decoded(text, as: NetworkDriverAnswers.Joined.self)
    var endpoint = try endpoint()
    #expect(throws: NetworkDriverAnswers.Unusable.self) { try answer.fill(&endpoint) }
  }

  @Test func whatThePluginChoosesForAnEndpoint() throws {
    var endpoint = try endpoint()
    try decoded(
      #"{"Interface": {"Address": "10.1.0.5/16", "MacAddress": "02:00:00:00:00:01"}}"#,
      as: NetworkDriverAnswers.CreatedEndpoint.self
    ).fill(&endpoint)
    #expect(endpoint.mac?.description == "02:00:00:00:00:01")
    for text in [#"{"Address": "10.1.0.6/16"}"#, #"{"AddressIPv6": "10.1.0.5/16"}"#, #"{"MacAddress": "x"}"#] {
      let answer = try decoded(#"{"Interface": \#(text)}"#, as: NetworkDriverAnswers.CreatedEndpoint.self)
      #expect(throws: NetworkDriverAnswers.Unusable.self) { try answer.fill(&endpoint) }
    }
    // Nothing at all is nothing new.
    try decoded("{}", as: NetworkDriverAnswers.CreatedEndpoint.self).fill(&endpoint)
    #expect(endpoint.ipv4?.description == "10.1.0.5/16")
  }
}
