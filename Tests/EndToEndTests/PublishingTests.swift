import TestHosts
import Testing

/// Published ports are reachable from the allowed sources only.
@Suite(.serialized, .engineHost) struct PublishingTests {
  @Test func tcpPortIsReachableEverywhere() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "front").succeeded()
    try await host.docker("network", "create", "other").succeeded()
    try await host.runWeb("web", "--network", "front", "-p", "8080:80")
    try await host.runIdle("friend", "--network", "front")
    try await host.runIdle("foreign", "--network", "other")
    #expect(try await host.fetchSoon("\(TestHost.address):8080", from: .outside) == "web")
    #expect(try await host.fetch("\(TestHost.address):8080", from: .host) == "web")
    #expect(try await host.fetch("127.0.0.1:8080", from: .host) == "web")
    #expect(try await host.fetch("198.51.100.1:8080", from: .neighbour) == "web")
    #expect(try await host.fetch("\(TestHost.address):8080", from: .container("friend")) == "web")
    #expect(try await host.fetch("\(TestHost.address):8080", from: .container("foreign")) == "web")
    // From the container itself, back through the host.
    #expect(try await host.fetch("\(TestHost.address):8080", from: .container("web")) == "web")
    #expect(try await host.docker("port", "web").text.contains("80/tcp -> 0.0.0.0:8080"))
  }

  @Test func portIsReachableOnIPv6() async throws {
    let host = try TestHost.shared
    try await host.runWeb("web6", "-p", "8086:80")
    #expect(try await host.fetchSoon("\(TestHost.address):8086", from: .outside) == "web6")
    #expect(try await host.fetch("[\(TestHost.address6)]:8086", from: .outside) == "web6")
    #expect(try await host.fetch("[::1]:8086", from: .host) == "web6")
  }

  @Test func unpublishedPortIsUnreachable() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "half", "-p", "8090:80", "busybox", "sh", "-c",
      TestHost.webScript("half", ports: [80, 81])
    ).succeeded()
    #expect(try await host.fetchSoon("\(TestHost.address):8090", from: .outside) == "half")
    #expect(try await host.fetch("\(TestHost.address):81", from: .outside, seconds: 1) == nil)
    let address = try await host.address(of: "half", on: "bridge")
    #expect(try await host.fetch("\(address):81", from: .neighbour, seconds: 1) == nil)
  }

  @Test func portOfOneAddressIsReachableOnlyThere() async throws {
    let host = try TestHost.shared
    try await host.runWeb("local", "-p", "127.0.0.1:8091:80")
    #expect(try await host.fetchSoon("127.0.0.1:8091", from: .host) == "local")
    #expect(try await host.fetch("\(TestHost.address):8091", from: .outside, seconds: 1) == nil)
    // A packet to 127.0.0.1 on the wire, as an attacker would send it.
    try await host.shell(
      """
      ip route del local 127.0.0.0/8 dev lo table local; ip route del local 127.0.0.1 dev lo table local
      echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet && ip route add 127.0.0.1/32 via \(TestHost.address) dev eth0
      """, in: .outside
    ).succeeded()
    #expect(try await host.fetch("127.0.0.1:8091", from: .outside, seconds: 1) == nil)
  }

  @Test func udpPortIsReachableEverywhere() async throws {
    let host = try TestHost.shared
    try await host.runIdle("echo", "-p", "9000:9001/udp")
    try await host.runIdle("asker")
    let service = try await UDPService(in: host.namespace(of: .container("echo")), port: 9001) { $0 + Array("!".utf8) }
    defer { service.stop() }
    for (place, address) in [
      (TestHost.Place.outside, TestHost.address), (.host, TestHost.address), (.host, "127.0.0.1"),
      (.container("asker"), TestHost.address),
    ] {
      let from = try await host.namespace(of: place)
      let reply = try await UDPService.exchange(from: from, to: address, port: 9000, "hi")
      #expect(reply == "hi!", "from \(place) to \(address)")
    }
  }

  @Test func portRangeIsPublished() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "range", "-p", "7000-7009:6000-6009", "busybox", "sh", "-c",
      TestHost.webScript("range", ports: [6000, 6004, 6009])
    ).succeeded()
    for port in [7000, 7004, 7009] {
      #expect(try await host.fetchSoon("\(TestHost.address):\(port)", from: .outside) == "range")
    }
    let ports = try await host.docker("port", "range").succeeded().lines.filter { $0.contains("0.0.0.0") }
    #expect(ports.count == 10)
  }

  @Test func engineChoosesAPort() async throws {
    let host = try TestHost.shared
    try await host.runWeb("chosen", "-p", "80")
    let shown = try await host.docker("port", "chosen", "80").succeeded().lines
    let port = shown.first { $0.hasPrefix("0.0.0.0:") }?.split(separator: ":").last.map(String.init)
    let number = try #require(port.flatMap { Int($0) })
    #expect(number >= 1024)
    #expect(try await host.fetchSoon("127.0.0.1:\(number)", from: .host) == "chosen")
  }

  @Test func portIsPublishedOnce() async throws {
    let host = try TestHost.shared
    try await host.runIdle("first", "-p", "8095:80")
    let second = try await host.docker(["run", "-d", "--name", "second", "-p", "8095:80", "busybox"] + idle)
    #expect(second.code == 125)
    #expect(second.stderr.contains("8095"), "\(second)")
    #expect(second.stderr.contains("port is already allocated"), "\(second)")
    // A port that a host program holds is refused as well.
    _ = try await host.start(["busybox", "httpd", "-f", "-p", "8096"])
    _ = try await poll("the host's own server") { try await host.shell("ss -Hltn sport = :8096").lines.first }
    let third = try await host.docker(["run", "-d", "--name", "third", "-p", "8096:80", "busybox"] + idle)
    #expect(third.code == 125, "\(third)")
  }

  @Test func portIsReleased() async throws {
    let host = try TestHost.shared
    for round in 1...3 {
      try await host.runWeb("again", "-p", "8097:80")
      #expect(try await host.fetchSoon("\(TestHost.address):8097", from: .outside) == "again", "round \(round)")
      try await host.docker("rm", "-f", "again").succeeded()
      #expect(try await host.fetch("\(TestHost.address):8097", from: .outside, seconds: 1) == nil)
    }
  }

  @Test func clientAddressIsPreserved() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "seer", "-p", "8098:80", "busybox", "sh", "-c",
      "mkdir -p /srv/cgi-bin; printf '#!/bin/sh\\necho; echo $REMOTE_ADDR\\n' >/srv/cgi-bin/who; chmod +x /srv/cgi-bin/who; "
        + "echo x >/srv/index.html; exec httpd -f -p 80 -h /srv"
    ).succeeded()
    _ = try await host.fetchSoon("\(TestHost.address):8098", from: .outside)
    let who = try await host.run(
      ["curl", "-s", "-m", "3", "http://\(TestHost.address):8098/cgi-bin/who"], in: .outside)
    #expect(who.text.contains(TestHost.outsideAddress), "\(who)")
  }
}
