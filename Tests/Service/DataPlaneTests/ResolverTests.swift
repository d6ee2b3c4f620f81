import Addressing
import DataPlane
import Glibc
import Kernel
import NameService
import NetworkPlan
import Nftables
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResolverTests {
  @Test func answersInsideTheNamespace() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      let web = TestClient(namespace: try host.namespace("web"))
      for overTCP in [false, true] {
        #expect(try await web.lookUp("db", overTCP: overTCP) == ["172.30.0.3"])
        #expect(try await web.lookUp("DB.front", overTCP: overTCP) == ["172.30.0.3"])
        #expect(try await web.lookUp("3.0.30.172.in-addr.arpa", .ptr, overTCP: overTCP) == ["db.front."])
        #expect(try await web.lookUp("host.docker.internal", overTCP: overTCP) == ["172.30.0.1"])
        let none = try await web.ask("db", .aaaa, overTCP: overTCP)
        #expect(none?.flags.responseCode == .noError)
        #expect(none?.answers == [])
        // There is no upstream.
        #expect(try await web.ask("nobody", overTCP: overTCP)?.flags.responseCode == .serverFailure)
      }
    }
  }

  @Test func otherNetworksAreOtherWorlds() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      _ = try await host.makeNamespace("stranger")
      try await host.client.apply([
        .openSandbox(host.record("stranger")),
        .setEndpoint(DataPlaneHost.endpoint("stranger", .v4(IPv4Address(172, 31, 0, 2)), network: "other")),
      ])
      let stranger = TestClient(namespace: try host.namespace("stranger"))
      #expect(try await stranger.ask("web")?.flags.responseCode == .serverFailure)
      // Connected and disconnected while running.
      let second = DataPlaneHost.endpoint("stranger", .v4(IPv4Address(172, 30, 0, 9)))
      try await host.client.apply([.setEndpoint(second)])
      #expect(try await stranger.lookUp("web") == ["172.30.0.2"])
      #expect(try await TestClient(namespace: host.namespace("web")).lookUp("stranger") == ["172.30.0.9"])
      try await host.client.apply([.removeEndpoint(id: second.id)])
      #expect(try await stranger.ask("web")?.flags.responseCode == .serverFailure)
    }
  }

  @Test func digUnderstandsIt() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      let common = ["@127.0.0.11", "-p", "10053", "+tries=1", "+time=3"]
      #expect(try await host.tool("dig", common + ["+short", "db"], in: "web") == "172.30.0.3\n")
      #expect(try await host.tool("dig", common + ["+short", "+tcp", "db"], in: "web") == "172.30.0.3\n")
      #expect(try await host.tool("dig", common + ["+short", "-x", "172.30.0.3"], in: "web") == "db.front.\n")
      let full = try await host.tool("dig", common + ["+bufsize=1400", "db", "AAAA"], in: "web")
      #expect(full.contains("status: NOERROR"))
      #expect(full.contains("udp: 4096"))
      #expect(!full.contains("WARNING"))
    }
  }

  @Test func isReachedAtDockersAddressThroughTheRedirect() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      _ = try await host.tool("nft", [SandboxFirewall.table.text], in: "web")
      for protocols in [[], ["+tcp"]] as [[String]] {
        let answer = try await host.tool(
          "dig", ["@127.0.0.11", "+short", "+tries=1", "+time=3", "db"] + protocols, in: "web")
        #expect(answer == "172.30.0.3\n")
      }
      // A container may bind port 53 itself.
      let port = PortReservation(address: .any(.ipv4), port: 53, transport: .udp)
      #expect(try await bindError(in: host.namespace("web"), port) == 0)
    }
  }

  @Test func manyAddressesAreCutOffAndFetchedOverTCP() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web"])
      try await host.client.apply(
        (0..<100).map {
          .setEndpoint(DataPlaneHost.endpoint("s\($0)", .v4(IPv4Address(172, 30, 1, UInt8($0)))))
        })
      let web = TestClient(namespace: try host.namespace("web"))
      let short = try #require(try await web.ask("all"))
      #expect(short.flags.isTruncated)
      #expect(short.bytes.count <= 512)
      #expect(try await web.ask("all", edns: 4096)?.answers.count == 101)
      #expect(try await web.ask("all", overTCP: true)?.answers.count == 101)
      let dig = try await host.tool(
        "dig", ["@127.0.0.11", "-p", "10053", "+noedns", "+short", "+time=3", "all"], in: "web")
      #expect(dig.split(separator: "\n").count == 101)
    }
  }

  @Test func oneConnectionCarriesManyQuestions() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      let web = TestClient(namespace: try host.namespace("web"))
      let queries = try (0..<500).map {
        Message(id: UInt16($0), flags: .query, questions: [Question(try #require(DomainName("db")), .a)]).bytes
      }
      let replies = try await web.exchangeStream(queries, halfClose: true)
      #expect(try replies.map { try Message($0).id } == (0..<500).map { UInt16($0) })
    }
  }

  @Test func garbageIsSurvived() async throws {
    try await DataPlaneHost.with { host in
      try await host.open(["web", "db"])
      var web = TestClient(namespace: try host.namespace("web"))
      let sender = web
      try await sender.namespace.run {
        let socket = try sender.connected(Int32(SOCK_DGRAM.rawValue))
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
          let length = Int.random(in: 0...5000, using: &generator)
          let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
          _ = send(socket.number, bytes, bytes.count, 0)
        }
      }
      web.seconds = 1
      // An empty message, a response, half a message: the program may close the connection, but must not fail.
      for bytes in [[], [0, 1, 0x80, 0] + [UInt8](repeating: 0, count: 8), [1, 2, 3]] as [[UInt8]] {
        _ = try await web.exchangeStream([bytes])
      }
      #expect(try await web.lookUp("db") == ["172.30.0.3"])
      #expect(try await host.client.status().counters.dropped > 0)
    }
  }
}
