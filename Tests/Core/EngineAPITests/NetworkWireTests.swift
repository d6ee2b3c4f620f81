import JSON
import Addressing
import EngineAPI
import EngineModel
import Testing

@Suite struct NetworkWireTests {
  private func ipam(_ text: String) throws -> IPAMConfiguration {
    try JSONDecoding.decode(Wire.IPAM.self, from: Array(text.utf8)).model()
  }

  private func message(_ text: String) -> String {
    do {
      _ = try ipam(text)
      return ""
    } catch {
      return (error as? EngineError)?.message ?? "\(error)"
    }
  }

  @Test func poolsAreRead() throws {
    let model = try ipam(
      #"{"Driver":"","Options":null,"Config":[{"Subnet":"172.30.0.0/24","IPRange":"172.30.0.128/25","Gateway":"172.30.0.1","AuxiliaryAddresses":{"router":"172.30.0.5"}},{"Subnet":"fd00:1::/64"},{}]}"#
    )
    #expect(model.driver == "default")
    #expect(model.pools.count == 2)
    #expect(model.pools[0].subnet == IPPrefix("172.30.0.0/24"))
    #expect(model.pools[0].range == IPPrefix("172.30.0.128/25"))
    #expect(model.pools[0].gateway == IPAddress("172.30.0.1"))
    #expect(model.pools[0].auxiliaryAddresses == ["router": .v4(IPv4Address(172, 30, 0, 5))])
    #expect(model.pools[1].subnet == IPPrefix("fd00:1::/64"))
  }

  @Test(arguments: [
    (#"{"Config":[{"Subnet":"10.0.0.0/33"}]}"#, "invalid subnet 10.0.0.0/33: invalid CIDR block notation"),
    (#"{"Config":[{"Subnet":"bad"}]}"#, "invalid subnet bad: invalid CIDR block notation"),
    (#"{"Config":[{"Subnet":"10.0.0.1/24"}]}"#, "invalid subnet 10.0.0.1/24: it should be 10.0.0.0/24"),
    (
      #"{"Config":[{"Subnet":"10.0.0.0/24","Gateway":"10.0.1.1"}]}"#,
      "invalid gateway 10.0.1.1: parent subnet 10.0.0.0/24 doesn't contain this address"
    ),
    (
      #"{"Config":[{"Subnet":"10.0.0.0/24","Gateway":"fd00::1"}]}"#,
      "invalid gateway fd00::1: parent subnet is an IPv4 block"
    ),
    (
      #"{"Config":[{"Subnet":"10.0.0.0/24","IPRange":"10.0.0.0/16"}]}"#,
      "invalid ip-range 10.0.0.0/16: parent subnet 10.0.0.0/24 doesn't contain ip-range"
    ),
    (
      #"{"Config":[{"Subnet":"10.0.0.0/24","AuxiliaryAddresses":{"x":"nope"}}]}"#,
      "invalid auxiliary address x: invalid address"
    ),
    (#"{"Config":[{"Gateway":"10.0.0.1"}]}"#, "invalid subnet : invalid CIDR block notation"),
  ])
  func faultsHaveDockersWords(_ text: String, _ fault: String) {
    #expect(message(text) == "invalid network config:\n\(fault)")
  }

  @Test func everyFaultIsTold() {
    let text = #"{"Config":[{"Subnet":"x"},{"Subnet":"10.0.0.0/24","Gateway":"y"}]}"#
    #expect(
      message(text)
        == "invalid network config:\n* invalid subnet x: invalid CIDR block notation\n* invalid gateway y: invalid address"
    )
  }

  @Test func anEndpointShowsAddressesOnlyWhileItHasThem() throws {
    var endpoint = Endpoint(
      id: .random(), network: .random(), container: .random(), settings: EndpointSettings(aliases: ["db"]))
    var wire = Wire.EndpointSettings(endpoint, names: ["db"])
    #expect(wire.EndpointID == "")
    #expect(wire.NetworkID == endpoint.network.rawValue)
    #expect(wire.IPAMConfig == nil)
    endpoint.ipv4 = InterfaceAddress("172.18.0.2/16")
    endpoint.gateway4 = IPv4Address(172, 18, 0, 1)
    endpoint.mac = MACAddress("02:42:ac:12:00:02")
    wire = Wire.EndpointSettings(endpoint, names: ["db"])
    #expect(wire.EndpointID == endpoint.id.rawValue)
    #expect(wire.IPAddress == "172.18.0.2")
    #expect(wire.IPPrefixLen == 16)
    #expect(wire.Gateway == "172.18.0.1")
    #expect(wire.MacAddress == "02:42:ac:12:00:02")
    #expect(wire.Aliases == ["db"])
  }
}
