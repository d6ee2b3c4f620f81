import Addressing
import EngineModel
import FakeKernel
import Nftables
import Testing

@testable import NetworkPlan

/// The fragment of an overlay network on one node, compared literally.
@Suite struct OverlayPlanTests {
  private static func network(_ options: [String: String] = [:]) throws -> Network {
    try Scenario.network(
      "d", "10.0.0.0/24", name: "wide", options: [OverlayOptions.vniKey: "4097"].merging(options) { $1 },
      driver: .overlay)
  }

  private static func tunnel(_ local: String = "203.0.113.1") throws -> OverlayDriver.Tunnel {
    OverlayDriver.Tunnel(local: try parsed(local, as: IPAddress.self), port: 4789, underlayMTU: 1500)
  }

  private static func remoteEndpoint(_ number: UInt8, _ host: String) throws -> OverlayDriver.RemoteEndpoint {
    OverlayDriver.RemoteEndpoint(
      mac: try #require(MACAddress(octets: [0x02, 0x42, 10, 0, 0, number])),
      host: try parsed(host, as: IPAddress.self))
  }

  private static func commands(from old: KernelState = KernelState(), to new: KernelState) -> [String] {
    KernelState.difference(from: old, to: new).flatMap { $0.commands.split(separator: "\n").map(String.init) }
  }

  @Test func theFirstContainerOfAHost() throws {
    let remoteEndpoints = [
      try Self.remoteEndpoint(3, "203.0.113.2"), try Self.remoteEndpoint(4, "203.0.113.2"),
      try Self.remoteEndpoint(5, "203.0.113.3"),
    ]
    let state = try OverlayDriver.network(try Self.network(), try Self.tunnel(), remoteEndpoints: remoteEndpoints)
    #expect(
      Self.commands(to: state) == [
        "nft 'add element inet causeway bridges { \"cw-dddddddddddd\" }'",
        "nft 'add element inet causeway internal_bridges { \"cw-dddddddddddd\" }'",
        "nft 'add element inet causeway same_network { \"cw-dddddddddddd\" . \"cw-dddddddddddd\" }'",
        "ip link add cw-dddddddddddd mtu 1450 type bridge",
        "ip link set cw-dddddddddddd alias causeway:network:\(String(repeating: "d", count: 64)) up",
        "ip link add cwvdddddddddddd mtu 1450 type vxlan id 4097 local 203.0.113.1 dstport 4789 nolearning",
        "ip link set cwvdddddddddddd master cw-dddddddddddd alias causeway:tunnel:\(String(repeating: "d", count: 64)) up",
        "sysctl -w net/ipv4/conf/cw-dddddddddddd/arp_ignore=8",
        "sysctl -w net/ipv6/conf/cw-dddddddddddd/disable_ipv6=1",
        "sysctl -w net/ipv6/conf/cwvdddddddddddd/disable_ipv6=1",
        "bridge fdb append 00:00:00:00:00:00 dev cwvdddddddddddd dst 203.0.113.2",
        "bridge fdb append 00:00:00:00:00:00 dev cwvdddddddddddd dst 203.0.113.3",
        "bridge fdb add 02:42:0a:00:00:03 dev cwvdddddddddddd dst 203.0.113.2",
        "bridge fdb add 02:42:0a:00:00:04 dev cwvdddddddddddd dst 203.0.113.2",
        "bridge fdb add 02:42:0a:00:00:05 dev cwvdddddddddddd dst 203.0.113.3",
      ])
  }

  @Test func acontainerElsewhereComesMovesAndGoes() throws {
    let network = try Self.network()
    func state(_ remoteEndpoints: OverlayDriver.RemoteEndpoint...) throws -> KernelState {
      try OverlayDriver.network(network, try Self.tunnel(), remoteEndpoints: remoteEndpoints)
    }
    let (first, moved) = (try Self.remoteEndpoint(3, "203.0.113.2"), try Self.remoteEndpoint(3, "203.0.113.3"))
    #expect(
      Self.commands(from: try state(), to: try state(first)) == [
        "bridge fdb append 00:00:00:00:00:00 dev cwvdddddddddddd dst 203.0.113.2",
        "bridge fdb add 02:42:0a:00:00:03 dev cwvdddddddddddd dst 203.0.113.2",
      ])
    // The old entry is removed first: each MAC address has one entry.
    let changes = KernelState.difference(from: try state(first), to: try state(moved))
    var kernel = StrictKernelState(try state(first))
    for change in changes { try kernel.apply(change) }
    #expect(kernel.state == (try state(moved)))
    #expect(changes.count == 4)
    // The entries of a deleted link need no changes of their own.
    #expect(!Self.commands(from: try state(first), to: KernelState()).contains { $0.contains("fdb") })
  }

  @Test func aTunnelFromAnotherAddressIsMadeAnewWithItsEntries() throws {
    let network = try Self.network()
    let remoteEndpoints = [try Self.remoteEndpoint(3, "203.0.113.9")]
    let old = try OverlayDriver.network(network, try Self.tunnel(), remoteEndpoints: remoteEndpoints)
    let new = try OverlayDriver.network(network, try Self.tunnel("203.0.113.7"), remoteEndpoints: remoteEndpoints)
    var kernel = StrictKernelState(old)
    for change in KernelState.difference(from: old, to: new) { try kernel.apply(change) }
    #expect(kernel.state == new)
    #expect(kernel.state.fdbEntries.count == 2)
  }

  @Test func healing() throws {
    let state = try OverlayDriver.network(
      try Self.network(), try Self.tunnel(), remoteEndpoints: [try Self.remoteEndpoint(3, "203.0.113.2")])
    var damaged = state
    let entry = try #require(state.fdbEntries.first { $0.mac != FDBEntry.everybody })
    damaged.fdbEntries.remove(entry)
    // A foreign entry attracts broadcast frames.
    let stranger = FDBEntry(
      entry.link, FDBEntry.everybody, remote: try parsed("203.0.113.66", as: IPAddress.self))
    damaged.fdbEntries.insert(stranger)
    #expect(damaged.healing(towards: state) == [.deleteFDBEntry(stranger), .addFDBEntry(entry)])
  }

  @Test func packetSizes() throws {
    #expect(try OverlayDriver.mtu(try Self.network(), try Self.tunnel()) == 1450)
    #expect(try OverlayDriver.mtu(try Self.network(), try Self.tunnel("2001:db8::1")) == 1430)
    #expect(try OverlayDriver.mtu(try Self.network([BridgeOptions.mtuKey: "1300"]), try Self.tunnel()) == 1300)
  }

  @Test func anEndpointIsThatOfABridge() throws {
    let plain = try Scenario.endpoint("e", on: try Self.network(), "10.0.0.2")
    let intent = EndpointIntent(
      network: plain.network, endpoint: plain.endpoint, interface: plain.interface, mtu: 1450)
    let state = try Scenario.sandbox([intent]).state()
    let near = try #require(state.links[LinkKey(.host, EndpointLink.name(for: plain.endpoint.id))])
    #expect(near.controller?.rawValue == "cw-dddddddddddd" && near.mtu == 1450)
    let guarded = state.firewalls[.host]?.elements[HostFirewall.set(HostFirewall.portAddresses4)] ?? []
    #expect(guarded.map(\.key) == ["\"cweeeeeeeeeeeee\" . 10.0.0.2"])
  }

  @Test func whoMaySpeakVXLAN() throws {
    var intent = HostIntent(enabledForwarding4: false)
    intent.tunnels = TunnelIntent(
      port: 4789,
      peers: [try parsed("203.0.113.2", as: IPAddress.self), try parsed("2001:db8::2", as: IPAddress.self)])
    let elements = intent.state().firewalls[.host]?.elements ?? [:]
    #expect(elements[HostFirewall.set(HostFirewall.tunnelPorts)] == [Element("4789")])
    #expect(elements[HostFirewall.set(HostFirewall.tunnelPeers4)] == [Element("203.0.113.2")])
    #expect(elements[HostFirewall.set(HostFirewall.tunnelPeers6)] == [Element("2001:db8::2")])
  }

  @Test(arguments: [
    ([OverlayOptions.vniKey: "0"], "is no VXLAN network identifier"),
    ([OverlayOptions.vniKey: "16777216"], "is no VXLAN network identifier"),
    (["encrypted": ""], "encryption of overlay networks is not implemented"),
    (["encrypted": "true"], "encryption of overlay networks is not implemented"),
    ([BridgeOptions.mtuKey: "10"], "invalid MTU number"),
  ]) func optionsThatCannotBe(_ options: [String: String], _ reason: String) throws {
    let error = #expect(throws: EngineError.self) { try OverlayOptions(try Self.network(options)) }
    #expect(error?.message.contains(reason) == true)
    #expect(try OverlayOptions(try Self.network(["encrypted": "false"])).vni == 4097)
  }

  @Test func interfaceNamesHaveTheNetworksPrefix() throws {
    var network = try Self.network()
    #expect(try OverlayDriver().interfacePrefix(on: network) == "eth")
    network.options["com.docker.network.container_iface_prefix"] = "ov"
    #expect(try OverlayDriver().interfacePrefix(on: network) == "ov")
  }
}
