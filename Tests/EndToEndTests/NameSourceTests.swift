import TestHosts
import Testing

/// Which of several addresses is answered, and which servers get unknown names.
@Suite(.serialized, .engineHost) struct NameSourceTests {
  /// A name server outside. The previous test's server may still hold its port.
  private func upstream(_ names: [String: [UInt8]]) async throws -> UpstreamNameServer {
    let outside = try await TestHost.shared.namespace(of: .outside)
    return try await poll("port 53", for: .seconds(5)) { try? await UpstreamNameServer(in: outside, names: names) }
  }

  @Test func answersComeFromSharedNetworks() async throws {
    let host = try TestHost.shared
    for network in ["left", "right"] { try await host.docker("network", "create", network).succeeded() }
    try await host.runIdle("both", "--network", "left")
    try await host.docker("network", "connect", "right", "both").succeeded()
    try await host.runIdle("onleft", "--network", "left")
    try await host.runIdle("onright", "--network", "right")
    for (asker, network) in [("onleft", "left"), ("onright", "right")] {
      let address = try await host.address(of: "both", on: network)
      #expect(try await host.dig("+short", "both", from: .container(asker)).answers == [address])
      #expect(try await host.dig("+short", "-x", address, from: .container(asker)).text == "both.\(network).")
      #expect(try await host.exec(asker, "ping", "-c1", "-W2", "both").code == 0)
    }
    #expect(try await host.dig("both", "MX", from: .container("onleft")).stdout.contains("status: NOERROR"))
  }

  @Test func unhealthyContainersAreLeftOut() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "clinic").succeeded()
    try await host.runIdle("asker", "--network", "clinic")
    for name in ["one", "two"] {
      try await host.runIdle(
        name, "--network", "clinic", "--network-alias", "ward", "--health-cmd", "test ! -e /sick", "--health-interval",
        "100ms", "--health-retries", "1")
    }
    func answers() async throws -> Set<String> {
      Set(try await host.dig("+short", "ward", from: .container("asker")).answers)
    }
    let one = try await host.address(of: "one", on: "clinic")
    let two = try await host.address(of: "two", on: "clinic")
    #expect(try await answers() == [one, two])
    try await host.exec("two", "touch", "/sick").succeeded()
    try await waitUntil("only the well one") { try await answers() == [one] }
    // It still resolves by its own name.
    #expect(try await host.dig("+short", "two", from: .container("asker")).answers == [two])
    // If all are unhealthy, all are answered.
    try await host.exec("one", "touch", "/sick").succeeded()
    try await waitUntil("all of the unwell") { try await answers() == [one, two] }
    try await host.exec("two", "rm", "/sick").succeeded()
    try await waitUntil("the one that is well again") { try await answers() == [two] }
  }

  @Test func hostResolverChangesAreFollowed() async throws {
    let host = try TestHost.shared
    let first = try await upstream(["www.example.com": [192, 0, 2, 80]])
    defer { first.stop() }
    try await host.docker("network", "create", "following").succeeded()
    try await host.runIdle("follower", "--network", "following")
    #expect(try await host.dig("+short", "www.example.com", from: .container("follower")).text == "192.0.2.80")
    // systemd-resolved's stub listens on the host's loopback, which containers cannot reach.
    let stub = try await UpstreamNameServer(
      in: host.namespace(), address: "127.0.0.53", names: ["www.example.com": [192, 0, 2, 81]])
    defer { stub.stop() }
    try await host.shell("printf 'nameserver 127.0.0.53\\noptions edns0 trust-ad\\nsearch .\\n' >/etc/resolv.conf")
      .succeeded()
    try await waitUntil("the other server's answer") {
      try await host.dig("+short", "www.example.com", from: .container("follower")).text == "192.0.2.81"
    }
    // Also on the default network.
    try await host.runIdle("plain")
    #expect(try await host.exec("plain", "cat", "/etc/resolv.conf").stdout.contains("nameserver 127.0.0.11"))
    #expect(try await host.dig("+short", "www.example.com", from: .container("plain")).text == "192.0.2.81")
    try await host.shell("printf 'nameserver \(TestHost.outsideAddress)\\n' >/etc/resolv.conf").succeeded()
    try await waitUntil("the first server's answer") {
      try await host.dig("+short", "www.example.com", from: .container("follower")).text == "192.0.2.80"
    }
  }

  @Test func searchDomainsAndNdots() async throws {
    let host = try TestHost.shared
    let server = try await upstream(["intra.corp.example": [192, 0, 2, 82]])
    defer { server.stop() }
    try await host.docker("network", "create", "searching").succeeded()
    try await host.runIdle(
      "seeker", "--network", "searching", "--dns-search", "corp.example", "--dns-option", "ndots:2")
    try await host.runIdle("hidden", "--network", "searching")
    let file = try await host.exec("seeker", "cat", "/etc/resolv.conf").stdout
    #expect(file.contains("search corp.example") && file.contains("options ndots:2"), "\(file)")
    #expect(try await host.exec("seeker", "ping", "-c1", "-W1", "intra").stdout.contains("(192.0.2.82)"))
    #expect(try await host.exec("seeker", "ping", "-c1", "-W2", "hidden").code == 0)
  }

  @Test func internalNetworksForwardNothing() async throws {
    let host = try TestHost.shared
    let server = try await upstream(["www.example.com": [192, 0, 2, 80]])
    defer { server.stop() }
    try await host.docker("network", "create", "--internal", "cell").succeeded()
    for name in ["inmate", "mate"] { try await host.runIdle(name, "--network", "cell") }
    let answer = try await host.dig("www.example.com", from: .container("inmate"))
    #expect(answer.stdout.contains("status: SERVFAIL"), "\(answer)")
    #expect(try await host.dig("+short", "mate", from: .container("inmate")).answers.count == 1)
    #expect(server.questions == 0)
  }

  /// The upstream servers are dead: local names still resolve at once.
  @Test func deadUpstreamDoesNotDelayLocalNames() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "patient").succeeded()
    for name in ["waiting", "near"] {
      try await host.runIdle(name, "--network", "patient", "--dns", "192.0.2.250")
    }
    let background = try await host.start(
      ["sh", "-c", "for i in $(seq 50); do dig @127.0.0.11 +tries=1 +time=8 name$i.example.com & done; wait"],
      in: .container("waiting"))
    defer { background.kill() }
    for _ in 0..<20 {
      let answer = try await host.run(
        ["dig", "@127.0.0.11", "+tries=1", "+time=1", "+short", "near"], in: .container("waiting"))
      #expect(answer.answers.count == 1, "\(answer)")
    }
  }
}
