import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

@Suite struct ParentLinkTests {
  private func network(_ driver: NetworkDriver, _ options: [String: String] = [:]) throws -> Network {
    try Scenario.network(options: options, driver: driver, gateway: "172.18.0.1")
  }

  private func commands(_ state: KernelState) -> [String] {
    KernelState.difference(from: KernelState(), to: state).flatMap {
      $0.commands.split(separator: "\n").map(String.init)
    }
  }

  @Test func withoutAParentTheSegmentIsTheContainersOwn() throws {
    #expect(
      commands(try network(.macvlan).state()) == [
        "ip link add cw-aaaaaaaaaaaa type bridge",
        "ip link set cw-aaaaaaaaaaaa alias causeway:network:\(String(repeating: "a", count: 64)) up",
        "sysctl -w net/ipv6/conf/cw-aaaaaaaaaaaa/disable_ipv6=1",
      ])
  }

  /// The kernel deletes a namespace asynchronously. Until then, the next container could not have the MAC address.
  @Test func childrenGoBeforeTheirNamespace() throws {
    let network = try network(.macvlan, ["parent": "uplink0"])
    let state = try Scenario.sandbox([try Scenario.endpoint("e", on: network, "172.18.0.2")]).state()
    #expect(
      KernelState.difference(from: state, to: KernelState()).map(\.commands) == [
        "ip -n box link delete eth0", "ip netns delete box",
      ])
  }

  @Test func aParentIsNotTouched() throws {
    #expect(try network(.macvlan, ["parent": "uplink0"]).state().isEmpty)
    #expect(try network(.ipvlan, ["parent": "uplink0"]).state().isEmpty)
  }

  @Test(
    arguments: [
      (NetworkDriver.macvlan, [:], "address 02:42:ac:12:00:02 type macvlan mode bridge"),
      (.macvlan, ["macvlan_mode": "vepa"], "address 02:42:ac:12:00:02 type macvlan mode vepa"),
      (.ipvlan, [:], "type ipvlan mode l2 bridge"),
      (.ipvlan, ["ipvlan_mode": "l3s", "ipvlan_flag": "private"], "type ipvlan mode l3s private"),
    ] as [(NetworkDriver, [String: String], String)])
  func anEndpointIsAChildOfTheParent(_ driver: NetworkDriver, _ options: [String: String], _ type: String) throws {
    let network = try network(driver, options.merging(["parent": "uplink0"]) { $1 })
    let endpoint = try Scenario.endpoint("e", on: network, "172.18.0.2")
    let lines = commands(try Scenario.sandbox([endpoint]).state())
    #expect(lines.contains("ip link add link uplink0 name eth0 netns box \(type)"))
    #expect(lines.contains("ip -n box address add 172.18.0.2/16 dev eth0"))
    // In the modes l3 and l3s, the default route has no gateway, even if the user names one.
    let way = options["ipvlan_mode"]?.hasPrefix("l3") == true ? "" : " via 172.18.0.1"
    #expect(lines.contains("ip -n box route add default\(way) dev eth0"))
    #expect(!lines.contains { $0.contains("bridge causeway") })
  }

  @Test(arguments: [
    (NetworkDriver.macvlan, "macvlan_mode", "l2"), (.ipvlan, "ipvlan_mode", "bridge"), (.ipvlan, "ipvlan_flag", "x"),
    (.macvlan, "parent", "a/b"),
  ])
  func refusesWrongOptionsByName(_ driver: NetworkDriver, _ key: String, _ value: String) throws {
    let error = #expect(throws: EngineError.self) { try network(driver, [key: value]).state() }
    #expect(error?.code == .invalidParameter && error?.message.contains(value) == true, "\(key)")
  }
}

extension ParentLinkTests {
  @Test func aParentWithATagIsMadeAndIsItsOwn() throws {
    let network = try Scenario.network(options: ["parent": "eth0.50"], driver: .macvlan)
    let parent = try #require(try network.behavior.createdParent(of: network))
    #expect(parent.name.rawValue == "eth0.50")
    #expect(try network.state().isEmpty)
    let commands = KernelState.difference(from: KernelState(), to: parent.state).map(\.commands).joined(separator: "\n")
    #expect(
      commands == "ip link add eth0.50 link eth0 type vlan id 50\nip link set eth0.50 alias causeway:parent:eth0.50 up")
    let adopting = try Scenario.network(
      options: ["parent": "eth0.50"], driver: .macvlan, adopted: AdoptedLink(name: parent.name))
    #expect(try adopting.behavior.createdParent(of: adopting) == nil)
  }

  @Test(arguments: [
    ("eth0", "invalid subinterface vlan name eth0, example formatting is eth0.10"),
    ("eth0.x", "unable to parse a valid vlan id from: x (ex. eth0.10 for vlan 10)"),
    ("eth0.0", "vlan id must be between 1-4094, received: 0"),
    ("eth0.4095", "vlan id must be between 1-4094, received: 4095"),
    ("eth0.1.2", "required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10, instead received eth0.1.2"),
  ])
  func tagsAreCheckedInDockersWords(_ parent: String, _ says: String) throws {
    let network = try Scenario.network(options: ["parent": parent], driver: .ipvlan)
    #expect(#expect(throws: EngineError.self) { _ = try network.behavior.createdParent(of: network) }?.message == says)
  }

  @Test func onTheSegmentsOfOthersNoGatewayIsInvented() throws {
    let network = try Scenario.network(options: ["parent": "eth0"], driver: .macvlan)
    #expect(network.ipam.pools.map(\.gateway) == [nil])
    let isolated = try Scenario.network(isInternal: true, options: [BridgeOptions.mode4Key: "isolated"])
    #expect(isolated.ipam.pools.map(\.gateway) == [nil])
  }
}
