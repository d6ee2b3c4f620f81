import Addressing
import TestHosts
import Testing

/// A container with all rights in its namespace sends frames of any content.
@Suite(.serialized, .engineHost) struct ForgeryTests {
  private struct Member {
    let mac: [UInt8]
    let ip: [UInt8]
    let ip6: [UInt8]
    /// The link-local address that the kernel derives from the MAC address.
    let local: [UInt8]
    let port: RawPort
  }

  private struct TestNetwork {
    let mallory: Member
    let alice: Member
    let bob: Member
    let gateway: [UInt8]
    let gateway6: [UInt8]
  }

  private func makeNetwork(_ network: String, _ options: String...) async throws -> TestNetwork {
    let host = try TestHost.shared
    try await host.docker(["network", "create", "--ipv6"] + options + [network]).succeeded()
    for name in ["mallory", "alice", "bob"] {
      try await host.runIdle("\(network)-\(name)", "--network", network, "--cap-add", "NET_ADMIN")
    }
    let gateways = try await host.inspect(network, "{{range .IPAM.Config}}{{.Gateway}} {{end}}")
      .split(separator: " ").compactMap { IPAddress($0) }
    return TestNetwork(
      mallory: try await member("mallory", of: network), alice: try await member("alice", of: network),
      bob: try await member("bob", of: network), gateway: try #require(gateways.first { $0.v4 != nil }).octets,
      gateway6: try #require(gateways.first { $0.v6 != nil }).octets)
  }

  private func member(_ name: String, of network: String) async throws -> Member {
    let host = try TestHost.shared
    let path = "(index .NetworkSettings.Networks \"\(network)\")"
    let fields = try await host.inspect(
      "\(network)-\(name)", "{{\(path).MacAddress}} {{\(path).IPAddress}} {{\(path).GlobalIPv6Address}}"
    ).split(separator: " ").map(String.init)
    let mac = try #require(MACAddress(fields[0])).octets
    let local: [UInt8] =
      [0xFE, 0x80, 0, 0, 0, 0, 0, 0, mac[0] ^ 2, mac[1], mac[2], 0xFF, 0xFE, mac[3], mac[4], mac[5]]
    return Member(
      mac: Array(mac), ip: try #require(IPAddress(fields[1])).octets, ip6: try #require(IPAddress(fields[2])).octets,
      local: local,
      port: try await RawPort(in: host.namespace(of: .container("\(network)-\(name)")), link: "eth0"))
  }

  /// The valid frames that mallory sends before and after the forged ones.
  private func validFrame(_ network: TestNetwork, _ mark: UInt8) -> [UInt8] {
    Frame.ethernet(
      to: network.alice.mac, from: network.mallory.mac, type: 0x0800,
      Frame.ipv4(
        from: network.mallory.ip, to: network.alice.ip, protocolNumber: 17,
        Frame.udp(from: 4000, to: 4001, [UInt8](repeating: mark, count: 24))))
  }

  private func forgedFrames(_ network: TestNetwork) -> [(what: String, frame: [UInt8])] {
    let (me, alice, bob) = (network.mallory, network.alice, network.bob)
    func ipv4Frame(_ source: [UInt8], _ payload: [UInt8], mac: [UInt8]? = nil, type: UInt16 = 0x0800) -> [UInt8] {
      Frame.ethernet(
        to: alice.mac, from: mac ?? me.mac, type: type,
        Frame.ipv4(from: source, to: alice.ip, protocolNumber: 17, payload))
    }
    func ipv6Frame(_ source: [UInt8], _ next: UInt8, _ payload: [UInt8]) -> [UInt8] {
      Frame.ethernet(
        to: alice.mac, from: me.mac, type: 0x86DD,
        Frame.ipv6(from: source, to: alice.ip6, nextHeader: next, payload))
    }
    func arpFrame(_ operation: UInt16, mac: [UInt8], ip: [UInt8], to: [UInt8]) -> [UInt8] {
      Frame.ethernet(
        to: to, from: me.mac, type: 0x0806,
        Frame.arp(operation: operation, sender: (mac, ip), target: (alice.mac, alice.ip)))
    }
    let plain = Frame.udp(from: 4000, to: 4001, [UInt8](repeating: 0xEE, count: 24))
    let advertisement = Frame.routerAdvertisement(from: me.local, to: alice.ip6, at: me.mac)
    let tagged: [UInt8] = [0, 1, 8, 0] + Frame.ipv4(from: bob.ip, to: alice.ip, protocolNumber: 17, plain)
    return [
      ("another's hardware address", ipv4Frame(me.ip, plain, mac: bob.mac)),
      ("another's address", ipv4Frame(bob.ip, plain)),
      ("nobody's address", ipv4Frame([203, 0, 113, 7], plain)),
      ("a name server's answer", ipv4Frame(network.gateway, Frame.udp(from: 53, to: 4001, [1, 2, 3, 4]))),
      ("a DHCP offer", ipv4Frame(me.ip, Frame.udp(from: 67, to: 68, [UInt8](repeating: 2, count: 32)))),
      ("an ARP answer for another", arpFrame(2, mac: me.mac, ip: bob.ip, to: alice.mac)),
      ("an ARP answer for the gateway", arpFrame(2, mac: me.mac, ip: network.gateway, to: Frame.everybody)),
      ("an ARP answer with another's hardware", arpFrame(2, mac: bob.mac, ip: me.ip, to: alice.mac)),
      ("an ARP question as another", arpFrame(1, mac: me.mac, ip: bob.ip, to: Frame.everybody)),
      ("another's IPv6 address", ipv6Frame(bob.ip6, 17, plain)),
      ("another's link-local address", ipv6Frame(bob.local, 17, plain)),
      ("a DHCPv6 answer", ipv6Frame(me.local, 17, Frame.udp(from: 547, to: 546, [2, 0, 0, 0]))),
      (
        "an advertisement for another",
        ipv6Frame(
          me.ip6, 58, Frame.neighbourAdvertisement(from: me.ip6, to: alice.ip6, target: bob.ip6, at: me.mac))
      ),
      (
        "an advertisement for the gateway",
        ipv6Frame(
          me.local, 58,
          Frame.neighbourAdvertisement(from: me.local, to: alice.ip6, target: network.gateway6, at: me.mac))
      ),
      ("a router advertisement", ipv6Frame(me.local, 58, advertisement)),
      (
        "a router advertisement behind another header",
        ipv6Frame(me.local, 0, [58, 0, 1, 4, 0, 0, 0, 0] + advertisement)
      ),
      (
        "a redirect",
        ipv6Frame(me.local, 58, Frame.redirect(from: me.local, to: alice.ip6, target: me.local, destination: bob.ip6))
      ),
      ("a frame with a VLAN's tag", Frame.ethernet(to: alice.mac, from: me.mac, type: 0x8100, tagged)),
      ("a protocol of its own", Frame.ethernet(to: alice.mac, from: me.mac, type: 0x88B5, plain)),
    ]
  }

  /// Sends all frames and returns those that arrived at alice.
  private func deliveredForgeries(_ network: TestNetwork) async throws -> Set<String> {
    let (first, last) = (validFrame(network, 1), validFrame(network, 2))
    var seen: [[UInt8]] = []
    // Teaches the bridge all MAC addresses, and proves that packets pass.
    try await waitUntil("an honest frame") {
      try network.mallory.port.send(first)
      seen += network.alice.port.take()
      return seen.contains(first)
    }
    let forged = forgedFrames(network)
    for forgery in forged { try network.mallory.port.send(forgery.frame) }
    try await waitUntil("the last frame") {
      try network.mallory.port.send(last)
      seen += network.alice.port.take()
      return seen.contains(last)
    }
    // A VLAN tag may have been removed on the path.
    return Set(
      forged.filter { forgery in
        seen.contains { $0 == forgery.frame || $0.dropFirst(14) == forgery.frame.dropFirst(18) }
      }.map(\.what))
  }

  @Test func forgedPacketsAreDropped() async throws {
    #expect(try await deliveredForgeries(try await makeNetwork("strict")) == [])
  }

  /// Proves that the test works: if forgery is allowed, frames arrive. Other parts of the kernel may drop some.
  @Test func optionAllowsForgery() async throws {
    let network = try await makeNetwork("lax", "-o", "com.causeway.network.prevent_forgery=false")
    let missing = Set([
      "another's hardware address", "another's address", "a DHCP offer",
      "an ARP answer for another", "an advertisement for another", "a router advertisement",
    ]).subtracting(try await deliveredForgeries(network))
    #expect(missing == [])
  }

  /// Valid neighbour advertisements are accepted.
  @Test func honestPacketsPass() async throws {
    let host = try TestHost.shared
    let network = try await makeNetwork("fair")
    for address in ["fair-alice", "fair-bob"] {
      #expect(try await host.exec("fair-mallory", "ping", "-c1", "-W2", address).code == 0)
      #expect(try await host.exec("fair-mallory", "ping6", "-c1", "-W2", address).code == 0)
    }
    let answer = Frame.ethernet(
      to: network.alice.mac, from: network.mallory.mac, type: 0x86DD,
      Frame.ipv6(
        from: network.mallory.ip6, to: network.alice.ip6, nextHeader: 58,
        Frame.neighbourAdvertisement(
          from: network.mallory.ip6, to: network.alice.ip6, target: network.mallory.ip6, at: network.mallory.mac)))
    try await waitUntil("its own advertisement") {
      try network.mallory.port.send(answer)
      return network.alice.port.take().contains(answer)
    }
  }

  /// With ordinary tools: another container's address on the own link does not work.
  @Test func stolenAddressIsUseless() async throws {
    let host = try TestHost.shared
    _ = try await makeNetwork("taken")
    let bob = try await host.address(of: "taken-bob", on: "taken")
    try await host.docker("network", "disconnect", "taken", "taken-bob").succeeded()
    try await host.exec("taken-mallory", "ip", "addr", "add", "\(bob)/16", "dev", "eth0").succeeded()
    let alice = try await host.address(of: "taken-alice", on: "taken")
    #expect(try await host.exec("taken-mallory", "ping", "-c1", "-W1", "-I", bob, alice).code != 0)
    #expect(try await host.exec("taken-mallory", "ping", "-c1", "-W2", alice).code == 0)
    #expect(try await host.exec("taken-alice", "ping", "-c1", "-W1", bob).code != 0)
  }
}
