import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

/// Networks with more containers than one bridge has ports.
@Suite struct BridgeMemberTests {
  private func commands(_ new: KernelState) -> [String] {
    KernelState.difference(from: KernelState(), to: new).flatMap { $0.commands.split(separator: "\n").map(String.init) }
  }

  @Test func aFurtherBridgeIsJoinedToTheNetworksOwn() throws {
    let id = String(repeating: "a", count: 64)
    #expect(
      commands(try BridgeMember(Scenario.network(), number: 2).state()) == [
        #"nft 'add element inet causeway bridges { "cwmaaaaaaaaa-02" }'"#,
        #"nft 'add element inet causeway member_bridges { "cwmaaaaaaaaa-02" }'"#,
        #"nft 'add element inet causeway same_network { "cwmaaaaaaaaa-02" . "cwmaaaaaaaaa-02" }'"#,
        "ip link add cwmaaaaaaaaa-02 type bridge",
        "ip link set cwmaaaaaaaaa-02 alias causeway:member:\(id):2 up",
        "ip link add cwtaaaaaaaaa-02 type veth peer name cwuaaaaaaaaa-02",
        "ip link set cwtaaaaaaaaa-02 master cw-aaaaaaaaaaaa alias causeway:trunk:\(id):2 up",
        "ip link set cwuaaaaaaaaa-02 master cwmaaaaaaaaa-02 alias causeway:trunk-end:\(id):2 up",
        "sysctl -w net/ipv4/conf/cwmaaaaaaaaa-02/arp_ignore=8",
        "sysctl -w net/ipv6/conf/cwmaaaaaaaaa-02/disable_ipv6=1",
      ])
  }

  @Test func anEndpointStandsOnItsOwnBridge() throws {
    let network = try Scenario.network()
    let placed = try Scenario.endpoint("e", on: network, "172.18.0.2")
    var endpoint = placed.endpoint
    endpoint.bridgeMember = 12
    let intent = EndpointIntent(network: network, endpoint: endpoint, interface: placed.interface)
    #expect(commands(try Scenario.sandbox([intent]).state()).contains { $0.contains("master cwmaaaaaaaaa-12 ") })
  }

  @Test func whereContainersMayNotTalkTheTrunkIsQuietOnTheMiddleOnly() throws {
    let network = try Scenario.network(options: [BridgeOptions.iccKey: "false"])
    let lines = commands(try BridgeMember(network, number: 1).state()).filter { $0.contains("nft") }
    #expect(
      lines == [
        #"nft 'add element bridge causeway no_icc { "cwtaaaaaaaaa-01" }'"#,
        #"nft 'add element inet causeway bridges { "cwmaaaaaaaaa-01" }'"#,
        #"nft 'add element inet causeway member_bridges { "cwmaaaaaaaaa-01" }'"#,
        #"nft 'add element inet causeway same_network { "cwmaaaaaaaaa-01" . "cwmaaaaaaaaa-01" }'"#,
      ])
  }

  @Test func bridgesAreFilledOneAfterAnother() throws {
    let network = try Scenario.network(options: [BridgeOptions.containersKey: "4"])
    #expect(try BridgeMember.firstFree(of: network, endpointCounts: [:]) == 0)
    #expect(try BridgeMember.firstFree(of: network, endpointCounts: [0: 4]) == 1)
    #expect(try BridgeMember.firstFree(of: network, endpointCounts: [0: 3, 1: 4]) == 0)
    let full = Dictionary(uniqueKeysWithValues: (0...BridgeMember.maximumCount).map { ($0, 4) })
    #expect(try BridgeMember.firstFree(of: network, endpointCounts: full) == nil)
    #expect(try BridgeMember.firstFree(of: Scenario.network(), endpointCounts: [0: 999]) == 0)
    #expect(try BridgeMember.firstFree(of: Scenario.network(), endpointCounts: [0: 1000]) == 1)
    let adopted = try Scenario.network(
      options: [BridgeOptions.nameKey: "br0"],
      adopted: AdoptedLink(name: try parsed("br0", as: InterfaceName.self), addresses: []))
    #expect(try BridgeMember.firstFree(of: adopted, endpointCounts: [0: 1022]) == 0)
    #expect(try BridgeMember.firstFree(of: adopted, endpointCounts: [0: 1023]) == nil)
  }

  @Test(arguments: ["0", "1001", "many", "-1"]) func wrongNumbersAreRefused(_ text: String) throws {
    let error = #expect(throws: EngineError.self) {
      try Scenario.network(options: [BridgeOptions.containersKey: text]).state()
    }
    #expect(error?.code == .invalidParameter && error?.message.contains(BridgeOptions.containersKey) == true)
  }
}
