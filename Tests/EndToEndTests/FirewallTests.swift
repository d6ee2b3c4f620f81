import Addressing
import TestHosts
import Testing

/// The administrator's chain, foreign tables, and the client addresses that servers see.
@Suite(.serialized, .engineHost) struct FirewallTests {
  @Test func administratorsChainComesFirstAndStays() async throws {
    let host = try TestHost.shared
    try await host.runWeb("hooked", "-p", "8101:80")
    _ = try await host.fetchSoon("\(TestHost.address):8101", from: .outside)
    try await host.shell("nft add rule inet causeway_users forward ip saddr \(TestHost.outsideAddress) drop")
      .succeeded()
    #expect(try await host.fetch("\(TestHost.address):8101", from: .outside, seconds: 1) == nil)
    try await host.restartEngine()
    #expect(try await host.fetch("\(TestHost.address):8101", from: .outside, seconds: 1) == nil)
    #expect(try await host.fetch("\(TestHost.address):8101", from: .neighbour) == "hooked")
    try await host.shell("nft flush chain inet causeway_users forward").succeeded()
    #expect(try await host.fetch("\(TestHost.address):8101", from: .outside) == "hooked")
  }

  @Test func foreignDropsAreReported() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "judged").succeeded()
    try await host.runWeb("judge", "--network", "judged", "-p", "8102:80")
    _ = try await host.fetchSoon("\(TestHost.address):8102", from: .outside)
    #expect(try await host.inspect("judged", "{{json .Warnings}}") == "[]")

    // As ufw, firewalld and other engines do it.
    try await host.shell(
      "nft 'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'"
    )
    .succeeded()
    #expect(try await host.fetch("\(TestHost.address):8102", from: .outside, seconds: 1) == nil)
    try await waitUntil("the warning", for: .seconds(5)) {
      try await host.docker("network", "inspect", "judged").stdout.contains("ip filter FORWARD (iptables) drops")
    }
    #expect(try await host.docker("info").all.contains("WARNING: the chain ip filter FORWARD"))
    let run = try await host.docker("run", "--rm", "--network", "judged", "-p", "8103:80", "busybox", "true")
    #expect(run.stderr.contains("WARNING: the chain ip filter FORWARD"), "\(run)")
    #expect(try await host.docker("run", "--rm", "--network", "judged", "busybox", "true").stderr == "")
    #expect(host.engineLog.contains("ip filter FORWARD"))

    // A table that accepts the network's bridge causes no warning.
    let bridge = "cw-" + String(try await host.inspect("judged", "{{.Id}}").prefix(12))
    try await host.shell(
      "nft 'add rule ip filter FORWARD iifname \(bridge) counter accept; add rule ip filter FORWARD oifname \(bridge) accept'"
    ).succeeded()
    #expect(try await host.fetch("\(TestHost.address):8102", from: .outside) == "judge")
    try await waitUntil("no warning", for: .seconds(5)) {
      try await host.inspect("judged", "{{json .Warnings}}") == "[]"
    }
    #expect(try await host.inspect("bridge", "{{json .Warnings}}").contains("FORWARD"))
    try await host.shell("nft delete table ip filter").succeeded()
  }

  /// The packets on the server's link show the client.
  @Test func serversSeeClientAddresses() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--ipv6", "seen").succeeded()
    try await host.runWeb("server", "--network", "seen", "-p", "8104:80")
    _ = try await host.fetchSoon("\(TestHost.address):8104", from: .outside)
    let link = try await RawPort(in: host.namespace(of: .container("server")), link: "eth0")
    func clientAddress(_ address: String, from place: TestHost.Place) async throws -> String {
      _ = link.take()
      #expect(try await host.fetch("\(address):8104", from: place) == "server")
      return try await poll("a packet of the client", for: .seconds(5)) {
        link.take().compactMap(Self.sourceOfWebRequest).first
      }
    }
    let gateways = try await host.inspect("seen", "{{range .IPAM.Config}}{{.Gateway}} {{end}}").split(separator: " ")
    let gateway = String(try #require(gateways.first { $0.contains(".") }))
    #expect(try await clientAddress(TestHost.address, from: .outside) == TestHost.outsideAddress)
    #expect(try await clientAddress("[\(TestHost.address6)]", from: .outside) == TestHost.outsideAddress6)
    #expect(try await clientAddress("198.51.100.1", from: .neighbour) == TestHost.neighbourAddress)
    // The host appears with its own address; from loopback, which no container can answer, as the gateway.
    #expect(try await clientAddress(TestHost.address, from: .host) == TestHost.address)
    #expect(try await clientAddress("127.0.0.1", from: .host) == gateway)
    // Replies within one network must return through the host, so the host masquerades there.
    #expect(try await clientAddress(TestHost.address, from: .container("server")) == gateway)
    try await host.docker("network", "create", "elsewhere").succeeded()
    try await host.runIdle("visitor", "--network", "elsewhere")
    #expect(
      try await clientAddress(TestHost.address, from: .container("visitor"))
        == host.address(of: "visitor", on: "elsewhere"))
  }

  /// The source address of a TCP packet to port 80.
  private static func sourceOfWebRequest(_ frame: [UInt8]) -> String? {
    guard frame.count > 57 else { return nil }
    switch (frame[12], frame[13]) {
    case (0x08, 0x00) where frame[23] == 6 && frame[36] == 0 && frame[37] == 80:
      return IPAddress(octets: frame[26..<30])?.description
    case (0x86, 0xDD) where frame[20] == 6 && frame[56] == 0 && frame[57] == 80:
      return IPAddress(octets: frame[22..<38])?.description
    default: return nil
    }
  }

  /// The kernel cannot see the end of a UDP flow: its conntrack entries are deleted with the container.
  @Test func conntrackEntriesEndWithTheirContainers() async throws {
    let host = try TestHost.shared
    let outside = try await host.namespace(of: .outside)
    func ask(_ port: UInt16, from source: UInt16) async throws -> String? {
      try await UDPService.exchange(
        from: outside, to: TestHost.address, port: port, "who", sourcePort: source, timeout: .milliseconds(500))
    }
    func serve(_ name: String) async throws -> UDPService {
      try await UDPService(in: host.namespace(of: .container(name)), port: 9000) { _ in Array(name.utf8) }
    }
    try await host.runIdle("old", "-p", "5301:9000/udp")
    let old = try await serve("old")
    defer { old.stop() }
    #expect(try await ask(5301, from: 40001) == "old")
    try await host.docker("rm", "-f", "old").succeeded()
    // Makes the next container take another address.
    try await host.runIdle("filler")
    try await host.runIdle("new", "-p", "5301:9000/udp")
    let new = try await serve("new")
    defer { new.stop() }
    #expect(try await ask(5301, from: 40001) == "new")
    // A flow that began before the port was published does not bypass the publication.
    #expect(try await ask(5302, from: 40002) == nil)
    try await host.runIdle("late", "-p", "5302:9000/udp")
    let late = try await serve("late")
    defer { late.stop() }
    #expect(try await ask(5302, from: 40002) == "late")
  }
}

/// A host that was a router before the engine started.
@Suite(.serialized, .bareHost) struct RouterFirewallTests {
  /// The engine leaves traffic alone that has nothing to do with containers, in both directions.
  @Test func otherTrafficPasses() async throws {
    let host = try TestHost.shared
    try await host.shell("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1").succeeded()
    try await host.shell(
      "ip route add 198.51.100.0/24 via \(TestHost.address); ip -6 route add 2001:db8:1::/64 via \(TestHost.address6)",
      in: .outside
    ).succeeded()
    try await host.startEngine(["--ipv6", "--fixed-cidr-v6", "fd00:17::/64"])
    try await host.loadBusybox()
    let folder = "\(host.folder)/pages"
    try await host.shell("mkdir \(folder) && echo beyond >\(folder)/index.html").succeeded()
    _ = try await host.start(["busybox", "httpd", "-f", "-p", "9000", "-h", folder], in: .outside)
    for address in [TestHost.outsideAddress, "[\(TestHost.outsideAddress6)]"] {
      #expect(try await host.fetchSoon("\(address):9000", from: .neighbour) == "beyond")
    }
    // Containers are isolated all the same.
    try await host.runWeb("web", "-p", "8105:80")
    #expect(try await host.fetchSoon("\(TestHost.address):8105", from: .neighbour) == "web")
    let address = try await host.address(of: "web", on: "bridge")
    #expect(try await host.fetch("\(address):80", from: .neighbour, seconds: 1) == nil)
  }
}
