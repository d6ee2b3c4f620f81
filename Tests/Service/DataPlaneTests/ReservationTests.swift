import Addressing
@testable import DataPlane
import CLinux
import Glibc
import Kernel
import Testing

/// The error when another program listens on the port; 0 when it succeeds.
func bindError(in namespace: NetworkNamespace, _ port: PortReservation) async throws -> Int32 {
  try await namespace.run {
    do {
      let type = port.transport == .udp ? linux_SOCK_DGRAM : linux_SOCK_STREAM
      let socket = try Sockets.bound(SocketAddress(port.address, port.port), type, reuse: port.transport == .tcp)
      return port.transport == .udp || listen(socket.number, 1) == 0 ? 0 : errno
    } catch let error as SystemCallError {
      return error.errno
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct ReservationTests {
  private static func port(
    _ number: UInt16, _ transport: TransportProtocol = .tcp, _ address: IPAddress = .any(.ipv4)
  ) -> PortReservation {
    PortReservation(address: address, port: number, transport: transport)
  }

  @Test func nobodyElseCanHaveThem() async throws {
    try await DataPlaneHost.with { host in
      let ports = [
        Self.port(80), Self.port(80, .tcp, .any(.ipv6)), Self.port(53, .udp), Self.port(53, .udp, .any(.ipv6)),
        Self.port(81, .tcp, .v4(.loopback)),
      ]
      try await host.client.apply([.reserve(ports, owner: "web")])
      let namespace = try host.namespace("host")
      for port in ports { #expect(try await bindError(in: namespace, port) == EADDRINUSE) }
      #expect(try await bindError(in: namespace, Self.port(80, .tcp, .v4(.loopback))) == EADDRINUSE)
      #expect(try await bindError(in: namespace, Self.port(82)) == 0)
      try await host.client.apply([.release(owner: "web")])
      for port in ports { #expect(try await bindError(in: namespace, port) == 0) }
    }
  }

  @Test func aTakenPortIsToldAndNothingIsChanged() async throws {
    try await DataPlaneHost.with { host in
      let namespace = try host.namespace("host")
      let squatter = try await namespace.run {
        let socket = try Sockets.bound(SocketAddress(.v4(.loopback), 8081), linux_SOCK_STREAM, reuse: true)
        guard listen(socket.number, 1) == 0 else { throw SystemCallError(errno: errno, call: "listen") }
        return socket
      }
      let rejection = await #expect(throws: DataPlaneRejection.self) {
        try await host.client.apply([
          .setEndpoint(DataPlaneHost.endpoint("web", .v4(IPv4Address(172, 30, 0, 2)))),
          .reserve([Self.port(8080), Self.port(8081), Self.port(8082)], owner: "web"),
        ])
      }
      #expect(rejection?.reasons == [.port(Self.port(8081), errno: EADDRINUSE)])
      #expect(try await bindError(in: namespace, Self.port(8080)) == 0)
      let status = try await host.client.status()
      #expect(status.reservedPorts == 0)
      #expect(status.endpoints == 0)
      withExtendedLifetime(squatter) {}
    }
  }

  @Test func anAddressTheHostLacksIsTold() async throws {
    try await DataPlaneHost.with { host in
      let port = Self.port(80, .tcp, .v4(IPv4Address(192, 0, 2, 200)))
      let rejection = await #expect(throws: DataPlaneRejection.self) {
        try await host.client.apply([.reserve([port], owner: "web")])
      }
      #expect(rejection?.ports.map(\.errno) == [EADDRNOTAVAIL])
    }
  }

  @Test func ownersConflictAndHandOver() async throws {
    try await DataPlaneHost.with { host in
      try await host.client.apply([.reserve([Self.port(80)], owner: "web")])
      try await host.client.apply([.reserve([Self.port(80)], owner: "web")])
      for taken in [Self.port(80), Self.port(80, .tcp, .v4(.loopback))] {
        let rejection = await #expect(throws: DataPlaneRejection.self) {
          try await host.client.apply([.reserve([taken], owner: "db")])
        }
        #expect(rejection?.ports.map(\.errno) == [EADDRINUSE])
      }
      try await host.client.apply([.release(owner: "web"), .reserve([Self.port(80), Self.port(81)], owner: "db")])
      #expect(try await bindError(in: host.namespace("host"), Self.port(80)) == EADDRINUSE)
      try await host.client.apply([.release(owner: "web")])
      #expect(try await host.client.status().reservedPorts == 2)
      try await host.client.apply([.reserve([Self.port(81)], owner: "db")])
      #expect(try await bindError(in: host.namespace("host"), Self.port(80)) == 0)
    }
  }

  @Test func connectionsThatLingerAreNoHindrance() async throws {
    try await DataPlaneHost.with { host in
      let namespace = try host.namespace("host")
      // The server closes first, so its side enters TIME_WAIT.
      try await namespace.run {
        let address = SocketAddress(.v4(.loopback), 8080)
        let server = try Sockets.bound(address, linux_SOCK_STREAM, reuse: true)
        guard listen(server.number, 1) == 0 else { throw SystemCallError(errno: errno, call: "listen") }
        let client = try Sockets.connecting(to: address, linux_SOCK_STREAM)
        let accepted = linux_accept4(server.number, nil, nil, 0)
        close(accepted)
        var byte: UInt8 = 0
        while recv(client.number, &byte, 1, 0) < 0, errno == EAGAIN { usleep(1000) }
      }
      let states = try await host.tool("ss", ["-tan"], in: "host")
      #expect(states.contains("TIME-WAIT"))
      try await host.client.apply([.reserve([Self.port(8080)], owner: "web")])
      #expect(try await bindError(in: namespace, Self.port(8080)) == EADDRINUSE)
      let listening = try await host.tool("ss", ["-tlnH"], in: "host")
      #expect(!listening.contains("8080"))
    }
  }

  @Test func aPortOfBothFamiliesMayBeGivenUpByHalves() async throws {
    try await DataPlaneHost.with { host in
      let namespace = try host.namespace("host")
      let (four, six) = (Self.port(80), Self.port(80, .tcp, .any(.ipv6)))
      for (kept, given) in [(four, six), (six, four)] {
        try await host.client.apply([.reserve([four, six], owner: "web")])
        for port in [four, six] { #expect(try await bindError(in: namespace, port) == EADDRINUSE) }
        try await host.client.apply([.reserve([kept], owner: "web")])
        #expect(try await bindError(in: namespace, kept) == EADDRINUSE)
        #expect(try await bindError(in: namespace, given) == 0)
        // Handed over alone, and released afterwards.
        try await host.client.apply([.reserve([four, six], owner: "web")])
        try await host.client.apply([.reserve([kept], owner: "web"), .reserve([given], owner: "db")])
        for port in [four, six] { #expect(try await bindError(in: namespace, port) == EADDRINUSE) }
        try await host.client.apply([.release(owner: "web")])
        #expect(try await bindError(in: namespace, kept) == 0)
        #expect(try await bindError(in: namespace, given) == EADDRINUSE)
        try await host.client.apply([.release(owner: "db")])
        #expect(try await bindError(in: namespace, given) == 0)
      }
    }
  }

  @Test func oneFamilyThatIsTakenIsToldByName() async throws {
    try await DataPlaneHost.with { host in
      let namespace = try host.namespace("host")
      let squatter = try await namespace.run {
        let socket = try Sockets.bound(SocketAddress(.any(.ipv4), 80), linux_SOCK_STREAM)
        guard listen(socket.number, 1) == 0 else { throw SystemCallError(errno: errno, call: "listen") }
        return socket
      }
      let rejection = await #expect(throws: DataPlaneRejection.self) {
        try await host.client.apply([.reserve([Self.port(80), Self.port(80, .tcp, .any(.ipv6))], owner: "web")])
      }
      #expect(rejection?.reasons == [.port(Self.port(80), errno: EADDRINUSE)])
      #expect(try await bindError(in: namespace, Self.port(80, .tcp, .any(.ipv6))) == 0)
      withExtendedLifetime(squatter) {}
    }
  }

  @Test func fiveHundredAreOneChange() async throws {
    try await DataPlaneHost.with { host in
      let ports = (0..<500).flatMap { number in
        AddressFamily.allCases.map { Self.port(20000 + UInt16(number), .tcp, .any($0)) }
      }
      _ = try await host.client.status()
      try await host.client.apply([.reserve(ports, owner: "web")])
      #expect(try await host.client.status().reservedPorts == 1000)
      try await host.client.apply([.release(owner: "web")])
      #expect(try await host.client.status().reservedPorts == 0)
    }
  }
}
