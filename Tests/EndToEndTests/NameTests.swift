import TestHosts
import Testing

/// The answers of the name server at 127.0.0.11 inside containers.
@Suite(.serialized, .engineHost) struct NameTests {
  private func members(_ network: String, _ names: String..., options: [String] = []) async throws {
    let host = try TestHost.shared
    try await host.docker(["network", "create"] + options + [network]).succeeded()
    for name in names { try await host.runIdle(name, "--network", network) }
  }

  @Test func namesAndShortIDs() async throws {
    let host = try TestHost.shared
    try await members("names", "alice", "bob")
    let address = try await host.address(of: "bob", on: "names")
    #expect(try await host.dig("+short", "bob", from: .container("alice")).text == address)
    #expect(try await host.dig("+short", "BOB", from: .container("alice")).text == address)
    #expect(try await host.dig("+short", "bob.names", from: .container("alice")).text == address)
    let id = try await host.inspect("bob", "{{.Id}}")
    #expect(try await host.dig("+short", String(id.prefix(12)), from: .container("alice")).text == address)
    #expect(
      try await host.dig("+short", "alice", from: .container("alice")).text
        == host.address(of: "alice", on: "names"))
    let file = try await host.exec("alice", "cat", "/etc/resolv.conf").succeeded()
    #expect(file.stdout.contains("nameserver 127.0.0.11"))
  }

  @Test func reverseLookupReturnsTheName() async throws {
    let host = try TestHost.shared
    try await members("reverse", "carol", "dave")
    let address = try await host.address(of: "dave", on: "reverse")
    #expect(try await host.dig("+short", "-x", address, from: .container("carol")).text == "dave.reverse.")
  }

  @Test func overTCPAndWithEDNS() async throws {
    let host = try TestHost.shared
    try await members("wires", "erin", "frank")
    let address = try await host.address(of: "frank", on: "wires")
    #expect(try await host.dig("+tcp", "+short", "frank", from: .container("erin")).text == address)
    let extended = try await host.dig("+edns=0", "+bufsize=1232", "frank", from: .container("erin"))
    #expect(extended.stdout.contains("EDNS: version: 0"), "\(extended)")
    #expect(extended.stdout.contains("status: NOERROR"))
  }

  @Test func ipv6AddressesAreAnswered() async throws {
    let host = try TestHost.shared
    try await members("six", "grace", "heidi", options: ["--ipv6", "--subnet", "2001:db8:77::/64"])
    let expected = try await host.inspect("heidi", "{{.NetworkSettings.Networks.six.GlobalIPv6Address}}")
    #expect(expected.hasPrefix("2001:db8:77:"))
    #expect(try await host.dig("+short", "AAAA", "heidi", from: .container("grace")).text == expected)
    #expect(try await host.exec("grace", "ping6", "-c1", "-W2", "heidi").code == 0)
    #expect(try await host.dig("+short", "-x", expected, from: .container("grace")).text == "heidi.six.")
  }

  /// A known name without an address of the requested type: no error and no record, or clients would give up.
  @Test func missingIPv6AddressIsNoError() async throws {
    let host = try TestHost.shared
    try await members("four", "ivan", "judy")
    let answer = try await host.dig("AAAA", "judy", from: .container("ivan"))
    #expect(answer.stdout.contains("status: NOERROR"))
    #expect(answer.stdout.contains("ANSWER: 0"))
  }

  @Test func sharedAliasRotates() async throws {
    let host = try TestHost.shared
    try await members("pool", "kim")
    for index in 1...3 { try await host.runIdle("node\(index)", "--network", "pool", "--network-alias", "node") }
    let all = try await host.dig("+short", "node", from: .container("kim")).answers
    #expect(Set(all).count == 3)
    var firsts: Set<String> = []
    for _ in 0..<24 {
      if let first = try await host.dig("+short", "node", from: .container("kim")).answers.first {
        firsts.insert(first)
      }
    }
    #expect(firsts.count >= 2)
    try await host.docker("rm", "-f", "node1").succeeded()
    #expect(try await host.dig("+short", "node", from: .container("kim")).answers.count == 2)
  }

  @Test func namesAreLimitedToTheNetwork() async throws {
    let host = try TestHost.shared
    try await members("here", "liam")
    try await members("there", "mia")
    let server = try await UpstreamNameServer(in: host.namespace(of: .outside), names: [:])
    defer { server.stop() }
    let answer = try await host.dig("mia", from: .container("liam"))
    #expect(answer.stdout.contains("status: NXDOMAIN"), "\(answer)")
    let address = try await host.address(of: "mia", on: "there")
    #expect(try await host.dig("+short", "-x", address, from: .container("liam")).answers.isEmpty)
    #expect(try await host.exec("liam", "ping", "-c1", "-W1", "mia").code != 0)
  }

  @Test func unknownNamesAreForwarded() async throws {
    let host = try TestHost.shared
    try await members("forward", "noah")
    let server = try await UpstreamNameServer(
      in: host.namespace(of: .outside), names: ["www.example.com": [192, 0, 2, 80]])
    defer { server.stop() }
    #expect(try await host.dig("+short", "www.example.com", from: .container("noah")).text == "192.0.2.80")
    let unknown = try await host.dig("nothing.example.com", from: .container("noah"))
    #expect(unknown.stdout.contains("status: NXDOMAIN"))
    let before = server.questions
    #expect(before >= 2)
    _ = try await host.dig("+short", "noah", from: .container("noah"))
    #expect(server.questions == before)
  }

  @Test func hostHasAName() async throws {
    let host = try TestHost.shared
    try await members("homely", "olga")
    _ = try await host.start(["busybox", "httpd", "-f", "-p", "7777", "-h", host.folder])
    let answer = try await host.dig("+short", "host.docker.internal", from: .container("olga"))
    #expect(answer.answers.count == 1, "\(answer)")
    let status = try await host.exec("olga", "sh", "-c", "timeout 3 wget -S http://host.docker.internal:7777/none 2>&1")
    #expect(status.stdout.contains("404"), "\(status)")
    #expect(try await host.dig("+short", "gateway.docker.internal", from: .container("olga")).answers.count == 1)
  }

  /// Guides and users expect it; Docker itself does not do it.
  @Test func defaultNetworkResolvesNames() async throws {
    let host = try TestHost.shared
    try await host.runIdle("peggy")
    try await host.runIdle("quinn")
    let address = try await host.address(of: "quinn", on: "bridge")
    #expect(try await host.exec("peggy", "ping", "-c1", "-W2", address).code == 0)
    let named = try await host.exec("peggy", "ping", "-c1", "-W1", "quinn")
    #expect(named.code == 0 && named.stdout.contains(address), "\(named)")
    // Not those of other networks.
    try await members("elsewhere", "ruth")
    #expect(try await host.exec("peggy", "ping", "-c1", "-W1", "ruth").code != 0)
    #expect(try await host.exec("ruth", "ping", "-c1", "-W1", "quinn").code != 0)
  }

  @Test func containerCanBindPort53() async throws {
    let host = try TestHost.shared
    try await members("own53", "rita", "sam")
    let service = try await UDPService(in: host.namespace(of: .container("rita")), port: 53) { $0 }
    defer { service.stop() }
    let from = try await host.namespace(of: .container("sam"))
    let address = try await host.address(of: "rita", on: "own53")
    #expect(try await UDPService.exchange(from: from, to: address, port: 53, "echo") == "echo")
    #expect(try await host.dig("+short", "rita", from: .container("rita")).text == address)
  }

  @Test func namesFollowTheirContainer() async throws {
    let host = try TestHost.shared
    try await members("moves", "tina", "ursula")
    #expect(try await host.exec("tina", "ping", "-c1", "-W2", "ursula").code == 0)
    try await host.docker("stop", "-t", "3", "ursula").succeeded()
    #expect(try await host.dig("+short", "ursula", from: .container("tina")).answers.isEmpty)
    try await host.docker("start", "ursula").succeeded()
    #expect(try await host.exec("tina", "ping", "-c1", "-W2", "ursula").code == 0)
  }
}
