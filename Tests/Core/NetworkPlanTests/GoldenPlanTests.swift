import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

/// Whole plans, compared literally.
@Suite struct GoldenPlanTests {
  private func commands(_ old: KernelState, _ new: KernelState) -> [String] {
    KernelState.difference(from: old, to: new).flatMap { $0.commands.split(separator: "\n").map(String.init) }
  }

  @Test func aBridgeNetwork() throws {
    let state = try Scenario.network().state()
    #expect(
      commands(KernelState(), state) == [
        #"nft 'add element inet causeway bridges { "cw-aaaaaaaaaaaa" }'"#,
        "nft 'add element inet causeway container_subnets4 { 172.18.0.0/16 }'",
        #"nft 'add element inet causeway masquerade4 { "cw-aaaaaaaaaaaa" }'"#,
        #"nft 'add element inet causeway same_network { "cw-aaaaaaaaaaaa" . "cw-aaaaaaaaaaaa" }'"#,
        "ip link add cw-aaaaaaaaaaaa address aa:aa:aa:aa:aa:aa type bridge",
        "ip link set cw-aaaaaaaaaaaa addrgenmode none",
        "ip link set cw-aaaaaaaaaaaa alias causeway:network:\(String(repeating: "a", count: 64)) up",
        "sysctl -w net/ipv4/conf/cw-aaaaaaaaaaaa/route_localnet=1",
        "ip address add 172.18.0.1/16 dev cw-aaaaaaaaaaaa",
      ])
  }

  @Test func removingABridgeNetworkClosesFirstAndUnguardsLast() throws {
    let state = try Scenario.network().state()
    #expect(
      commands(state, KernelState()) == [
        #"nft 'delete element inet causeway masquerade4 { "cw-aaaaaaaaaaaa" }'"#,
        #"nft 'delete element inet causeway same_network { "cw-aaaaaaaaaaaa" . "cw-aaaaaaaaaaaa" }'"#,
        "ip link delete cw-aaaaaaaaaaaa",
        #"nft 'delete element inet causeway bridges { "cw-aaaaaaaaaaaa" }'"#,
        "nft 'delete element inet causeway container_subnets4 { 172.18.0.0/16 }'",
      ])
  }

  @Test func aSandboxWithAPublishedPort() throws {
    let network = try Scenario.network()
    let endpoint = try Scenario.endpoint("e", on: network, "172.18.0.2")
    let sandbox = Scenario.sandbox([endpoint], publications: [try Scenario.publication("80", host: "0.0.0.0", 8080)])
    #expect(
      commands(KernelState(), try sandbox.state()).filter { !$0.hasPrefix("  ") } == [
        #"nft 'add element bridge causeway port_addresses4 { "cweeeeeeeeeeeee" . 172.18.0.2 }'"#,
        #"nft 'add element bridge causeway port_addresses6 { "cweeeeeeeeeeeee" . fe80::42:acff:fe12:2 }'"#,
        #"nft 'add element bridge causeway port_macs { "cweeeeeeeeeeeee" . 02:42:ac:12:00:02 }'"#,
        #"nft 'add element bridge causeway port_targets6 { "cweeeeeeeeeeeee" . 0xfe800000000000000042acfffe120002 }'"#,
        "nft 'add element inet causeway hairpin4 { 172.18.0.2 . 172.18.0.2 }'",
        "nft 'add element inet causeway published4_anywhere { tcp . 8080 : 172.18.0.2 . 80 }'",
        "ip netns add box",
        "ip link add cweeeeeeeeeeeee type veth peer name eth0 netns box address 02:42:ac:12:00:02",
        "ip link set cweeeeeeeeeeeee addrgenmode none",
        "ip link set cweeeeeeeeeeeee master cw-aaaaaaaaaaaa alias causeway:endpoint:"
          + String(repeating: "e", count: 64) + " up",
        "bridge link set dev cweeeeeeeeeeeee hairpin on isolated off",
        "ip -n box link set eth0 up",
        "ip netns exec box sysctl -w net/ipv6/conf/eth0/disable_ipv6=1",
        "ip -n box address add 172.18.0.2/16 dev eth0",
        "ip -n box route add default via 172.18.0.1 dev eth0",
        "ip netns exec box nft -f - <<'END'",
        "add table inet causeway",
        "delete table inet causeway",
        "table inet causeway {",
        "}",
        "END",
      ])
  }

  @Test func removingASandboxLeavesItsInsideToTheNamespace() throws {
    let sandbox = Scenario.sandbox([try Scenario.endpoint("e", on: Scenario.network(), "172.18.0.2")])
    let changes = commands(try sandbox.state(), KernelState())
    #expect(
      changes == [
        #"nft 'delete element bridge causeway port_addresses4 { "cweeeeeeeeeeeee" . 172.18.0.2 }'"#,
        #"nft 'delete element bridge causeway port_addresses6 { "cweeeeeeeeeeeee" . fe80::42:acff:fe12:2 }'"#,
        #"nft 'delete element bridge causeway port_macs { "cweeeeeeeeeeeee" . 02:42:ac:12:00:02 }'"#,
        #"nft 'delete element bridge causeway port_targets6 { "cweeeeeeeeeeeee" . 0xfe800000000000000042acfffe120002 }'"#,
        "ip link delete cweeeeeeeeeeeee",
        "ip netns delete box",
      ])
  }

  @Test func connectingToASecondNetworkLeavesTheFirstAlone() throws {
    let first = try Scenario.endpoint("e", on: Scenario.network(), "172.18.0.2")
    let second = try Scenario.endpoint(
      "f", on: Scenario.network("b", "172.19.0.0/16"), "172.19.0.2", interface: "eth1")
    let changes = commands(try Scenario.sandbox([first]).state(), try Scenario.sandbox([first, second]).state())
    #expect(changes.allSatisfy { !$0.contains("eth0") && !$0.contains("cweeeeeeeeeeeee") && !$0.contains("default") })
    #expect(changes.contains("ip -n box address add 172.19.0.2/16 dev eth1"))
  }

  @Test func theHigherPriorityTakesTheDefaultRoute() throws {
    let first = try Scenario.endpoint("e", on: Scenario.network(), "172.18.0.2")
    let second = try Scenario.endpoint(
      "f", on: Scenario.network("b", "172.19.0.0/16"), "172.19.0.2", interface: "eth1", priority: 5)
    let changes = commands(try Scenario.sandbox([first]).state(), try Scenario.sandbox([first, second]).state())
    #expect(changes.contains("ip -n box route delete default via 172.18.0.1 dev eth0"))
    #expect(changes.contains("ip -n box route add default via 172.19.0.1 dev eth1"))
  }
}
