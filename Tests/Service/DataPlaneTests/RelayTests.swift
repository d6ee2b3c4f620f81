import Addressing
@testable import DataPlane
import CLinux
import Glibc
import Kernel
import NetworkPlan
import TestHosts
import Testing

@Suite(.timeLimit(.minutes(1))) struct RelayTests {
  private static let container = IPAddress.v4(IPv4Address(172, 30, 0, 2))

  private static func relay(
    _ transport: TransportProtocol = .tcp, listen: IPAddress = .v6(.loopback), port: UInt16 = 8080
  ) -> PortRelay {
    PortRelay(listen: listen, port: port, transport: transport, target: container, targetPort: 80)
  }

  private func withContainer(_ body: (DataPlaneHost, NetworkNamespace) async throws -> Void) async throws {
    try await DataPlaneHost.with { host in
      let web = try await host.makeNamespace("web")
      try await host.wire("web", host: "172.30.0.1/24", peer: "172.30.0.2/24")
      try await body(host, web)
    }
  }

  /// Accepts one connection, reads until it ends, and sends back the count and that many octets.
  private func countingServer(in namespace: NetworkNamespace, thenSends extra: Int) async throws -> Task<Int, any Error>
  {
    let server = try await namespace.run {
      let socket = try Sockets.bound(SocketAddress(Self.container, 80), linux_SOCK_STREAM, reuse: true)
      guard listen(socket.number, 4) == 0 else { throw SystemCallError(errno: errno, call: "listen") }
      _ = fcntl(socket.number, F_SETFL, 0)
      return socket
    }
    return Task {
      try await onDedicatedThread("server") {
        let client = OwnedDescriptor(adopting: linux_accept4(server.number, nil, nil, 0))
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
          let count = recv(client.number, &buffer, buffer.count, 0)
          guard count > 0 else { break }
          // Reads slowly at first, so that the relay must wait.
          if total < 100_000 { usleep(1000) }
          total += count
        }
        var rest = extra
        while rest > 0 {
          let count = send(client.number, buffer, min(rest, buffer.count), linux_MSG_NOSIGNAL)
          guard count > 0 else { break }
          rest -= count
        }
        return total
      }
    }
  }

  @Test(arguments: [nil, IPAddress.any(.ipv6), .v6(.loopback)])
  func carriesStreamsBothWaysAndHalfClosed(_ reserved: IPAddress?) async throws {
    try await withContainer { host, web in
      let server = try await countingServer(in: web, thenSends: 3_000_000)
      var changes: [DataPlaneChange] = [.setRelays([Self.relay()], owner: "web")]
      if let reserved {
        changes.insert(
          .reserve([PortReservation(address: reserved, port: 8080, transport: .tcp)], owner: "web"), at: 0)
      }
      try await host.client.apply(changes)
      let client = TestClient(namespace: try host.namespace("host"), address: .v6(.loopback), port: 8080)
      let received = try await client.namespace.run {
        let socket = try client.connected(linux_SOCK_STREAM)
        let bytes = [UInt8](repeating: 7, count: 2_000_000)
        var sent = 0
        while sent < bytes.count {
          let count = bytes.withUnsafeBytes {
            send(socket.number, $0.baseAddress.map { $0 + sent }, bytes.count - sent, linux_MSG_NOSIGNAL)
          }
          guard count > 0 else { break }
          sent += count
        }
        shutdown(socket.number, Int32(SHUT_WR))
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
          let count = recv(socket.number, &buffer, buffer.count, 0)
          guard count > 0 else { return total }
          total += count
        }
      }
      #expect(try await server.value == 2_000_000)
      #expect(received == 3_000_000)
      let status = try await host.client.status()
      #expect(status.relays == 1)
      #expect(status.counters.relayedConnections == 1)
      #expect(status.problems == [])
    }
  }

  @Test func waitingCostsNothing() async throws {
    try await withContainer { host, web in
      let server = try await web.run {
        let socket = try Sockets.bound(SocketAddress(Self.container, 80), linux_SOCK_STREAM, reuse: true)
        guard listen(socket.number, 4) == 0 else { throw SystemCallError(errno: errno, call: "listen") }
        return socket
      }
      try await host.client.apply([.setRelays([Self.relay()], owner: "web")])
      let client = TestClient(namespace: try host.namespace("host"), address: .v6(.loopback), port: 8080)
      // One client sends nothing, one has closed its sending side, one has disconnected, and one sends more than the
      // container reads.
      let open = try await client.namespace.run {
        let sockets = try (0..<4).map { _ in try client.connected(linux_SOCK_STREAM) }
        shutdown(sockets[1].number, Int32(SHUT_WR))
        let bytes = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<64 { _ = send(sockets[3].number, bytes, bytes.count, linux_MSG_DONTWAIT) }
        shutdown(sockets[3].number, Int32(SHUT_WR))
        return [sockets[0], sockets[1], sockets[3]]
      }
      try await Task.sleep(for: .milliseconds(300))
      let pid = try await host.client.status().processID
      let before = try processorTicks(pid)
      try await Task.sleep(for: .milliseconds(700))
      // Out of 70 ticks; a busy loop would use most of them.
      #expect(try processorTicks(pid) - before < 10)
      withExtendedLifetime((server, open)) {}
    }
  }

  @Test func aReservationHearsNothingElse() async throws {
    try await withContainer { host, _ in
      try await host.client.apply([
        .reserve([PortReservation(address: .any(.ipv6), port: 8080, transport: .tcp)], owner: "web"),
        .setRelays([Self.relay()], owner: "web"),
      ])
      _ = try await host.tool("ip", ["addr", "add", "2001:db8::1/64", "dev", "lo", "nodad"], in: "host")
      // The kernel adds the route a moment after the address.
      try await waitUntil("the address's route") {
        try await host.tool("ip", ["-6", "route", "show", "table", "local"], in: "host").contains("2001:db8::1")
      }
      let other = try #require(IPAddress("2001:db8::1"))
      let client = TestClient(namespace: try host.namespace("host"), address: other, port: 8080, seconds: 2)
      let outcome = try await client.namespace.run {
        do {
          let socket = try client.connected(linux_SOCK_STREAM)
          var byte: UInt8 = 0
          return recv(socket.number, &byte, 1, 0) == 0 ? 0 : errno
        } catch let error as SystemCallError {
          return error.errno
        }
      }
      #expect(outcome == ECONNRESET)
    }
  }

  @Test func aClosedPortOfTheContainerResetsTheClient() async throws {
    try await withContainer { host, _ in
      try await host.client.apply([.setRelays([Self.relay()], owner: "web")])
      let client = TestClient(namespace: try host.namespace("host"), address: .v6(.loopback), port: 8080, seconds: 3)
      let outcome = try await client.namespace.run {
        let socket = try client.connected(linux_SOCK_STREAM)
        var byte: UInt8 = 0
        return recv(socket.number, &byte, 1, 0) == 0 ? 0 : errno
      }
      #expect(outcome == ECONNRESET)
    }
  }

  @Test(arguments: [IPAddress.v6(.loopback), .any(.ipv6)], [false, true])
  func carriesDatagrams(_ listen: IPAddress, _ isReserved: Bool) async throws {
    try await withContainer { host, web in
      let server = try await FakeServer.start(in: web, Self.container, port: 80) { bytes, _ in bytes.reversed() }
      defer { server.stop() }
      var changes: [DataPlaneChange] = [.setRelays([Self.relay(.udp, listen: listen)], owner: "web")]
      if isReserved {
        changes.append(
          .reserve([PortReservation(address: .any(.ipv6), port: 8080, transport: .udp)], owner: "web"))
      }
      try await host.client.apply(changes)
      let client = TestClient(namespace: try host.namespace("host"), address: .v6(.loopback), port: 8080)
      // A connected socket accepts the answer only from the address that it sent to.
      #expect(try await client.exchangeDatagram([1, 2, 3]) == [3, 2, 1])
      let long = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
      #expect(try await client.exchangeDatagram(long) == long.reversed())
    }
  }

  @Test func goesWhenItIsToldToAndComesBackAfterARestart() async throws {
    try await withContainer { host, web in
      let server = try await FakeServer.start(in: web, Self.container, port: 80) { bytes, _ in bytes }
      defer { server.stop() }
      let port = PortReservation(address: .any(.ipv6), port: 8080, transport: .tcp)
      try await host.client.apply([.reserve([port], owner: "web"), .setRelays([Self.relay()], owner: "web")])
      let client = TestClient(namespace: try host.namespace("host"), address: .v6(.loopback), port: 8080)
      #expect(try await client.exchangeStream([[1, 2]]) == [[1, 2]])
      try await host.end(SIGKILL)
      try host.start()
      _ = try await host.client.status()
      #expect(try await client.exchangeStream([[3]]) == [[3]])
      try await host.client.apply([.setRelays([], owner: "web")])
      let refused = await #expect(throws: SystemCallError.self) { try await client.exchangeStream([[4]]) }
      #expect(refused?.errno == ECONNREFUSED)
      // The port is still reserved.
      #expect(try await bindError(in: host.namespace("host"), port) == EADDRINUSE)
      try await host.client.apply([.setRelays([Self.relay()], owner: "web")])
      #expect(try await client.exchangeStream([[5]]) == [[5]])
      try await host.client.apply([.setRelays([], owner: "web"), .release(owner: "web")])
      #expect(try await bindError(in: host.namespace("host"), port) == 0)
    }
  }
}

/// The CPU time of a process in hundredths of a second.
private func processorTicks(_ pid: Int32) throws -> Int {
  let fields = try readFile("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
  return try #require(Int(fields[11])) + #require(Int(fields[12]))
}
