import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

@Suite struct ParentLinkTests {
  private func network(_ driver: NetworkDriver, _ options: [String: String] = [:]) throws -> Network {
    var network = try Scenario.network(options: options)
    network.driver = driver
    return network
  }

  private func words(_ state: KernelState) -> [String] {
    KernelState.difference(from: KernelState(), to: state).flatMap {
      $0.words.split(separator: "\n").map(String.init)
    }
  }

  @Test func withoutAParentTheSegmentIsTheContainersOwn() throws {
    #expect(
      words(try network(.macvlan).state()) == [
        "ip link add cw-aaaaaaaaaaaa address aa:aa:aa:aa:aa:aa type bridge",
        "ip link set cw-aaaaaaaaaaaa alias causeway:network:\(String(repeating: "a", count: 64)) up",
        "sysctl -w net/ipv6/conf/cw-aaaaaaaaaaaa/disable_ipv6=1",
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
    let lines = words(try Scenario.sandbox([endpoint]).state())
    #expect(lines.contains("ip link add link uplink0 name eth0 netns box \(type)"))
    #expect(lines.contains("ip -n box address add 172.18.0.2/16 dev eth0"))
    #expect(lines.contains("ip -n box route add default via 172.18.0.1 dev eth0"))
    #expect(!lines.contains { $0.contains("bridge causeway") })
  }

  @Test(arguments: [
    (NetworkDriver.macvlan, "macvlan_mode", "l2"), (.ipvlan, "ipvlan_mode", "bridge"), (.ipvlan, "ipvlan_flag", "x"),
    (.macvlan, "parent", "a/b"),
  ])
  func refusesWrongOptionsByName(_ driver: NetworkDriver, _ key: String, _ value: String) throws {
    let error = #expect(throws: EngineError.self) { try network(driver, [key: value]).state() }
    #expect(error?.code == .invalidParameter && error?.message.contains(key) == true)
  }
}
