import Addressing
import EngineModel
import Testing

@testable import NetworkPlan

/// How each option of a bridge network changes the plan. `LiveBridgeTests` prove the same table on a host.
@Suite struct BridgeOptionTests {
  private static let bridge = #""cw-aaaaaaaaaaaa""#

  private func commands(_ old: KernelState = KernelState(), _ new: KernelState) -> Set<String> {
    Set(
      KernelState.difference(from: old, to: new).flatMap { $0.commands.split(separator: "\n").map(String.init) }
        // The name of the bridge differs in any case.
        .map { $0.replacing(String(repeating: "a", count: 64), with: "ID") })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    var options: [String: String] = [:]
    var isInternal = false
    var subnet6: String?
    /// The lines that only one of the two plans has: the network's, or that of a network without options.
    var more: [String] = []
    var less: [String] = []

    var testDescription: String { what }
  }

  static let cases: [Case] = [
    Case(
      what: "containers that may not talk", options: [BridgeOptions.iccKey: "false"],
      less: ["nft 'add element inet causeway same_network { \(bridge) . \(bridge) }'"]),
    Case(
      what: "no masquerading", options: [BridgeOptions.masqueradeKey: "0"],
      less: ["nft 'add element inet causeway masquerade4 { \(bridge) }'"]),
    Case(
      what: "an address to go out under", options: [BridgeOptions.source4Key: "192.0.2.9"],
      more: ["nft 'add element inet causeway snat4 { \(bridge) : 192.0.2.9 }'"],
      less: ["nft 'add element inet causeway masquerade4 { \(bridge) }'"]),
    Case(
      what: "every port open", options: [BridgeOptions.mode4Key: "nat-unprotected"],
      more: ["nft 'add element inet causeway unprotected_bridges { ipv4 . \(bridge) }'"]),
    Case(
      what: "routed", options: [BridgeOptions.mode4Key: "routed"],
      more: ["nft 'add element inet causeway routed_bridges { ipv4 . \(bridge) }'"],
      less: ["nft 'add element inet causeway masquerade4 { \(bridge) }'"]),
    Case(
      what: "internal", isInternal: true,
      more: ["nft 'add element inet causeway internal_bridges { \(bridge) }'"],
      less: ["nft 'add element inet causeway masquerade4 { \(bridge) }'"]),
    Case(
      what: "isolated", options: [BridgeOptions.mode4Key: "isolated"], isInternal: true,
      more: ["nft 'add element inet causeway internal_bridges { \(bridge) }'"],
      less: [
        "nft 'add element inet causeway container_subnets4 { 172.18.0.0/16 }'",
        "nft 'add element inet causeway masquerade4 { \(bridge) }'",
        "ip address add 172.18.0.1/16 dev cw-aaaaaaaaaaaa",
      ]),
    Case(
      what: "a bridge without an address", options: [BridgeOptions.inhibitKey: "true"],
      less: [
        "nft 'add element inet causeway container_subnets4 { 172.18.0.0/16 }'",
        "ip address add 172.18.0.1/16 dev cw-aaaaaaaaaaaa",
      ]),
    Case(
      what: "packets of another size", options: [BridgeOptions.mtuKey: "1400"],
      more: ["ip link add cw-aaaaaaaaaaaa address aa:aa:aa:aa:aa:aa mtu 1400 type bridge"],
      less: ["ip link add cw-aaaaaaaaaaaa address aa:aa:aa:aa:aa:aa type bridge"]),
    Case(
      what: "IPv6", subnet6: "fd00:18::/64",
      more: [
        "nft 'add element inet causeway masquerade6 { \(bridge) }'",
        "nft 'add element inet causeway container_subnets6 { fd00:18::/64 }'",
        "sysctl -w net/ipv6/conf/cw-aaaaaaaaaaaa/accept_ra=0",
        "ip address add fd00:18::1/64 dev cw-aaaaaaaaaaaa",
      ],
      less: ["ip link set cw-aaaaaaaaaaaa addrgenmode none"]),
    Case(
      what: "IPv6 routed beside IPv4 translated", options: [BridgeOptions.mode6Key: "routed"], subnet6: "fd00:18::/64",
      more: [
        "nft 'add element inet causeway routed_bridges { ipv6 . \(bridge) }'",
        "nft 'add element inet causeway container_subnets6 { fd00:18::/64 }'",
        "sysctl -w net/ipv6/conf/cw-aaaaaaaaaaaa/accept_ra=0",
        "ip address add fd00:18::1/64 dev cw-aaaaaaaaaaaa",
      ],
      less: ["ip link set cw-aaaaaaaaaaaa addrgenmode none"]),
    Case(
      what: "IPv6 with every port open", options: [BridgeOptions.mode6Key: "nat-unprotected"], subnet6: "fd00:18::/64",
      more: [
        "nft 'add element inet causeway masquerade6 { \(bridge) }'",
        "nft 'add element inet causeway unprotected_bridges { ipv6 . \(bridge) }'",
        "nft 'add element inet causeway container_subnets6 { fd00:18::/64 }'",
        "sysctl -w net/ipv6/conf/cw-aaaaaaaaaaaa/accept_ra=0",
        "ip address add fd00:18::1/64 dev cw-aaaaaaaaaaaa",
      ],
      less: ["ip link set cw-aaaaaaaaaaaa addrgenmode none"]),
  ]

  @Test(arguments: cases) func eachOptionChangesItsOwnPartOfThePlan(_ item: Case) throws {
    let plain = commands(KernelState(), try Scenario.network().state())
    let network = try Scenario.network(isInternal: item.isInternal, subnet6: item.subnet6, options: item.options)
    let changed = commands(KernelState(), try network.state())
    #expect(changed.subtracting(plain) == Set(item.more))
    #expect(plain.subtracting(changed) == Set(item.less))
    // Removal undoes exactly what creation did.
    #expect(commands(try network.state(), KernelState()).contains("ip link delete cw-aaaaaaaaaaaa"))
  }

  @Test func anAdoptedBridgeIsBroughtUpAndNeverDeleted() throws {
    let name = try parsed("br0", as: InterfaceName.self)
    let own = try parsed("172.18.0.1/16", as: InterfaceAddress.self)
    let network = try Scenario.network(
      options: [BridgeOptions.nameKey: "br0", BridgeOptions.mtuKey: "1400"], adopted: AdoptedLink(name: name))
    let state = try network.state()
    let making = commands(KernelState(), state)
    #expect(making.contains("ip link set br0 up") && making.contains("ip address add \(own) dev br0"))
    #expect(!making.contains { $0.contains("link add") || $0.contains("alias") || $0.contains("mtu") })
    let removing = commands(state, KernelState())
    #expect(removing.contains("ip address delete \(own) dev br0"))
    #expect(!removing.contains { $0.contains("ip link") })
    #expect(
      commands(KernelState(), try network.behavior.stateToRestore(for: network)) == [
        "sysctl -w net/ipv4/conf/br0/route_localnet=0"
      ])
    // An adopted link that the observer does not report is no difference.
    #expect(commands(state.comparable(with: state), state).isEmpty)
    var observed = state
    observed.links = [:]
    #expect(commands(observed.comparable(with: state), state).isEmpty)
  }

  @Test func anAddressThatTheAdoptedBridgeHadIsLeftAlone() throws {
    let own = try parsed("172.18.0.1/16", as: InterfaceAddress.self)
    let network = try Scenario.network(
      options: [BridgeOptions.nameKey: "br0"],
      adopted: AdoptedLink(name: try parsed("br0", as: InterfaceName.self), addresses: [own]))
    #expect(try network.state().addresses.isEmpty)
  }

  @Test func aTrustedInterfaceReachesPublishedPortsDirectly() throws {
    let network = try Scenario.network(options: [BridgeOptions.trustedKey: "eth1:eth2"])
    let endpoint = try Scenario.endpoint("e", on: network, "172.18.0.2")
    let sandbox = Scenario.sandbox([endpoint], publications: [try Scenario.publication("80", host: "0.0.0.0", 8080)])
    let lines = commands(KernelState(), try sandbox.state())
    #expect(
      lines.contains(
        #"nft 'add element inet causeway direct_ports4 { "eth1" . 172.18.0.2 . tcp . 80, "eth2" . 172.18.0.2 . tcp . 80 }'"#
      ))
    #expect(lines.contains("nft 'add element inet causeway published4_anywhere { tcp . 8080 : 172.18.0.2 . 80 }'"))
  }

  @Test func containersThatMayNotTalkHaveQuietPorts() throws {
    let network = try Scenario.network(options: [BridgeOptions.iccKey: "f"])
    var sandbox = Scenario.sandbox([try Scenario.endpoint("e", on: network, "172.18.0.2")])
    let quiet = commands(KernelState(), try sandbox.state())
    #expect(quiet.contains(#"nft 'add element bridge causeway no_icc { "cweeeeeeeeeeeee" }'"#))
    #expect(!quiet.contains { $0.contains("links4") })
    sandbox.links = [
      LinkedPorts(
        from: try parsed("172.18.0.2", as: IPAddress.self), to: try parsed("172.18.0.9", as: IPAddress.self),
        ports: [TransportPort(80, .tcp), TransportPort(53, .udp)])
    ]
    let linked = commands(KernelState(), try sandbox.state()).filter { !quiet.contains($0) }
    #expect(
      linked == [
        "nft 'add element bridge causeway link_ports4 { 172.18.0.2 . 172.18.0.9 . tcp . 80, "
          + "172.18.0.2 . 172.18.0.9 . udp . 53 }'",
        "nft 'add element bridge causeway linked_pairs4 { 172.18.0.2 . 172.18.0.9, 172.18.0.9 . 172.18.0.2 }'",
        "nft 'add element inet causeway link_ports4 { 172.18.0.2 . 172.18.0.9 . tcp . 80, "
          + "172.18.0.2 . 172.18.0.9 . udp . 53 }'",
      ])
  }

  @Test(arguments: [
    (BridgeOptions.iccKey, "maybe", #"(strconv.ParseBool: parsing "maybe": invalid syntax)"#),
    (BridgeOptions.masqueradeKey, "", #"(strconv.ParseBool: parsing "": invalid syntax)"#),
    (BridgeOptions.inhibitKey, "2", #"(strconv.ParseBool: parsing "2": invalid syntax)"#),
    (BridgeOptions.mtuKey, "big", #"(strconv.Atoi: parsing "big": invalid syntax)"#),
    (BridgeOptions.mtuKey, "-1", "invalid MTU number: -1"),
    (BridgeOptions.mtuKey, "67", "invalid MTU number: 67"),
    (BridgeOptions.mtuKey, "65536", "invalid MTU number: 65536"),
    (BridgeOptions.mode4Key, "bridged", "(unknown gateway mode bridged)"),
    (BridgeOptions.mode6Key, "", "(unknown gateway mode )"),
    (BridgeOptions.mode4Key, "isolated", "gateway mode 'isolated' can only be used for an internal network"),
    (BridgeOptions.bindingKey, "300.0.0.1", "(nil ip)"), (BridgeOptions.source4Key, "::1", "(nil ip)"),
    (BridgeOptions.source6Key, "10.0.0.1", "(nil ip)"),
    (BridgeOptions.nameKey, "a/b", #"invalid interface name "a/b""#),
    (BridgeOptions.trustedKey, "eth0:a/b", "separated by colons"),
    (BridgeOptions.prefixKey, "averylongprefix", "at most 12 bytes"),
  ])
  func wrongValuesAreRefusedInDockersWords(_ key: String, _ value: String, _ says: String) throws {
    let error = #expect(throws: EngineError.self) { try Scenario.network(options: [key: value]).state() }
    #expect(error?.code == .invalidParameter)
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
  }

  @Test func optionsThatMeanNothingAreTold() throws {
    let network = try Scenario.network(
      options: [BridgeOptions.mtuKey: "1500", "com.docker.network.bridge.enable_icq": "true", "parent": "eth0"])
    #expect(network.unknownOptions == ["com.docker.network.bridge.enable_icq", "parent"])
  }
}
