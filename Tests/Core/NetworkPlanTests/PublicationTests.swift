import Addressing
import EngineModel
import Nftables
import Testing

@testable import NetworkPlan

@Suite struct PublicationTests {
  private func elements(_ sandbox: SandboxIntent, _ set: String) throws -> Set<String> {
    let reference = SetReference(HostFirewall.table.reference, set)
    return Set(try sandbox.state().firewalls[.host]?.elements[reference]?.map(\.description) ?? [])
  }

  @Test func oneAddressOrAll() throws {
    let endpoint = try Scenario.endpoint("e", on: Scenario.network(), "172.18.0.2")
    let sandbox = Scenario.sandbox(
      [endpoint],
      publications: [
        try Scenario.publication("80", host: "0.0.0.0", 8080),
        try Scenario.publication("53/udp", host: "192.0.2.1", 5353),
        try Scenario.publication("80", host: "127.0.0.1", 81),
      ])
    #expect(try elements(sandbox, "published4_anywhere") == ["tcp . 8080 : 172.18.0.2 . 80"])
    #expect(
      try elements(sandbox, "published4")
        == ["192.0.2.1 . udp . 5353 : 172.18.0.2 . 53", "127.0.0.1 . tcp . 81 : 172.18.0.2 . 80"])
    #expect(sandbox.relays.isEmpty)
  }

  @Test func anIPv4OnlyContainerIsRelayedFromEveryIPv6Address() throws {
    let endpoint = try Scenario.endpoint("e", on: Scenario.network(), "172.18.0.2")
    let sandbox = Scenario.sandbox([endpoint], publications: [try Scenario.publication("80", host: "::", 8080)])
    #expect(try elements(sandbox, "published6_anywhere").isEmpty)
    #expect(
      sandbox.relays == [
        PortRelay(
          listen: .any(.ipv6), port: 8080, transport: .tcp, target: try parsed("172.18.0.2", as: IPAddress.self),
          targetPort: 80)
      ])
  }

  @Test func aDualStackContainerIsRelayedFromLoopbackOnly() throws {
    let network = try Scenario.network(subnet6: "2001:db8:1::/64")
    let endpoint = try Scenario.endpoint("e", on: network, "172.18.0.2", address6: "2001:db8:1::2")
    let sandbox = Scenario.sandbox([endpoint], publications: [try Scenario.publication("80", host: "::", 8080)])
    #expect(try elements(sandbox, "published6_anywhere") == ["tcp . 8080 : 2001:db8:1::2 . 80"])
    #expect(sandbox.relays.map(\.listen) == [.v6(.loopback)])
    #expect(sandbox.relays.map(\.target.description) == ["2001:db8:1::2"])
  }

  /// A client on the container's other network would get its answer from an address that it did not ask.
  @Test func clientsOnTheContainersOtherNetworksAreMasqueraded() throws {
    let front = try Scenario.endpoint("e", on: Scenario.network(name: "a"), "172.18.0.2")
    let back = try Scenario.endpoint("f", on: Scenario.network("b", "172.19.0.0/16", name: "b"), "172.19.0.2")
    let sandbox = Scenario.sandbox(
      [front, back], publications: [try Scenario.publication("80", host: "0.0.0.0", 8080)])
    #expect(try elements(sandbox, "local_clients4") == [#""cw-bbbbbbbbbbbb" . 172.18.0.2"#])
  }

  @Test func aRoutedNetworkOpensTheContainersOwnPort() throws {
    let network = try Scenario.network(options: ["com.docker.network.bridge.gateway_mode_ipv4": "routed"])
    let endpoint = try Scenario.endpoint("e", on: network, "172.18.0.2")
    let sandbox = Scenario.sandbox([endpoint], publications: [try Scenario.publication("80", host: "0.0.0.0", 8080)])
    #expect(try elements(sandbox, "published4_anywhere").isEmpty)
    #expect(try elements(sandbox, "routed_ports4") == ["172.18.0.2 . tcp . 80"])
  }

  @Test func anInternalNetworkPublishesNothing() throws {
    let endpoint = try Scenario.endpoint("e", on: Scenario.network(isInternal: true), "172.18.0.2")
    let sandbox = Scenario.sandbox([endpoint], publications: [try Scenario.publication("80", host: "0.0.0.0", 8080)])
    #expect(try elements(sandbox, "published4_anywhere").isEmpty)
  }
}
