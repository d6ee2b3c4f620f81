import Addressing
import DataPlane
import Glibc
import Kernel
import NameService
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ForwardingTests {
  private static let home = IPAddress.v4(IPv4Address(127, 0, 0, 53))
  private static let answer = IPv4Address(203, 0, 113, 7)

  @Test func asksFromTheHostOrFromTheSandbox() async throws {
    try await DataPlaneHost.with { host in
      for isInside in [false, true] {
        let name = isInside ? "inside" : "outside"
        try await host.open([name], upstreams: [Upstream(address: Self.home, isInsideSandbox: isInside)])
        // Both namespaces have the same address; only one of the two servers may receive the query.
        let right = try await FakeServer.startResolver(in: host.namespace(isInside ? name : "host"), Self.home) {
          query, _ in query.reply([Self.answer])
        }
        let wrong = try await FakeServer.startResolver(
          in: host.namespace(isInside ? "host" : name), Self.home
        ) { _, _ in nil }
        let client = TestClient(namespace: try host.namespace(name))
        #expect(try await client.lookUp("example.com") == ["203.0.113.7"])
        #expect(try await client.lookUp("example.com", overTCP: true) == ["203.0.113.7"])
        #expect(right.requests == 2)
        #expect(wrong.requests == 0)
        right.stop()
        wrong.stop()
        try await Task.sleep(for: .milliseconds(250))
      }
    }
  }

  @Test func asksAServerInAnotherNamespace() async throws {
    try await DataPlaneHost.with { host in
      _ = try await host.makeNamespace("resolver")
      try await host.wire("resolver", host: "192.0.2.1/24", peer: "192.0.2.53/24")
      let address = IPAddress.v4(IPv4Address(192, 0, 2, 53))
      let server = try await FakeServer.startResolver(in: host.namespace("resolver"), address) { query, _ in
        query.questions[0].name == DomainName("nowhere.example") ? query.reply([], code: 3) : query.reply([Self.answer])
      }
      defer { server.stop() }
      try await host.open(["web"], upstreams: [Upstream(address: address)])
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.lookUp("example.com") == ["203.0.113.7"])
      #expect(try await web.ask("nowhere.example")?.flags.responseCode == .nameError)
      // Single-label names are forwarded, too; names of the zone never.
      #expect(try await web.lookUp("nobody") == ["203.0.113.7"])
      let before = server.requests
      #expect(try await web.ask("web", .aaaa)?.answers == [])
      #expect(server.requests == before)
    }
  }

  @Test func goesOnToTheNextServerAndNeverHoldsUpOurs() async throws {
    try await DataPlaneHost.with { host in
      let silent = IPAddress.v4(IPv4Address(127, 0, 0, 54))
      let mute = try await FakeServer.startResolver(in: host.namespace("host"), silent) { _, _ in nil }
      let good = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { query, _ in
        query.reply([Self.answer])
      }
      defer {
        mute.stop()
        good.stop()
      }
      // At .55 nothing listens, which an ICMP error reports; .54 does not answer.
      let closed = IPAddress.v4(IPv4Address(127, 0, 0, 55))
      try await host.open(
        ["web", "db"], upstreams: [closed, silent, Self.home].map { Upstream(address: $0) })
      let web = TestClient(namespace: try host.namespace("web"))
      let isAnswered = Atomic(false)
      async let forwarded = {
        defer { isAnswered.store(true, ordering: .relaxed) }
        return try await web.lookUp("example.com")
      }()
      try await Task.sleep(for: .milliseconds(100))
      #expect(try await web.lookUp("db") == ["172.30.0.3"])
      // The zone answers while another query still waits for an upstream.
      let wasAnswered = isAnswered.load(ordering: .relaxed)
      #expect(!wasAnswered)
      #expect(try await forwarded == ["203.0.113.7"])
      // The upstream that timed out is not asked again.
      #expect(try await web.lookUp("example.net") == ["203.0.113.7"])
      #expect(mute.requests == 1)
    }
  }

  @Test func withoutAnyAnswerItSaysSoInTime() async throws {
    try await DataPlaneHost.with { host in
      let mute = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { _, _ in nil }
      defer { mute.stop() }
      try await host.open(["web"], upstreams: [Upstream(address: Self.home)])
      let web = TestClient(namespace: try host.namespace("web"))
      let asked = try await timed { try await web.ask("example.com") }
      #expect(asked.result?.flags.responseCode == .serverFailure)
      #expect(asked.duration > .seconds(2))
      #expect(mute.requests == 2)
      let status = try await host.client.status()
      #expect(status.counters.forwarded == 1)
      #expect(status.counters.unanswered == 1)
    }
  }

  @Test func aRefusalIsHandedOnWhenNobodyDoesBetter() async throws {
    try await DataPlaneHost.with { host in
      let server = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { query, _ in
        query.reply([], code: 5)
      }
      defer { server.stop() }
      try await host.open(["web"], upstreams: [Upstream(address: Self.home)])
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.ask("example.com")?.flags.responseCode == .refused)
    }
  }

  @Test func forgedResponsesAreNotTaken() async throws {
    try await DataPlaneHost.with { host in
      let turn = Mutex(0)
      let server = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { query, _ in
        var reply = query.reply([Self.answer])
        switch turn.withLock({
          $0 += 1; return $0
        }) {
        case 1: reply.id &+= 1
        case 2: reply.questions[0].name = DomainName("evil.example") ?? .root
        default: break
        }
        return reply
      }
      defer { server.stop() }
      try await host.open(["web"], upstreams: [Upstream(address: Self.home)])
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.ask("example.com")?.flags.responseCode == .serverFailure)
      #expect(try await web.lookUp("example.com") == ["203.0.113.7"])
      // Id and port differ from the client's, and between queries.
      #expect(server.requests == 3)
    }
  }

  @Test func whatIsTooLongIsCutOffAndComesOverTCP() async throws {
    try await DataPlaneHost.with { host in
      let many = (0..<60).map { IPv4Address(203, 0, 113, UInt8($0)) }
      let server = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { query, _ in
        query.reply(many)
      }
      defer { server.stop() }
      try await host.open(["web"], upstreams: [Upstream(address: Self.home)])
      let web = TestClient(namespace: try host.namespace("web"))
      let short = try #require(try await web.ask("example.com"))
      #expect(short.flags.isTruncated)
      #expect(short.bytes.count <= 512)
      #expect(try await web.ask("example.com", edns: 4096)?.answers.count == 60)
      #expect(try await web.ask("example.com", overTCP: true)?.answers.count == 60)
    }
  }

  @Test func aFloodFromOneSandboxLeavesRoomForOthers() async throws {
    try await DataPlaneHost.with { host in
      let server = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { query, _ in
        query.questions[0].name == DomainName("good.example") ? query.reply([Self.answer]) : nil
      }
      defer { server.stop() }
      try await host.open(["flood", "web"], upstreams: [Upstream(address: Self.home)])
      let flood = TestClient(namespace: try host.namespace("flood"))
      let query = Message(id: 1, flags: .query, questions: [Question(try #require(DomainName("x.example")), .a)]).bytes
      let refused = try await flood.namespace.run {
        let socket = try flood.connected(Int32(SOCK_DGRAM.rawValue))
        for _ in 0..<400 {
          _ = send(socket.number, query, query.count, 0)
          usleep(200)
        }
        usleep(300_000)
        var count = 0
        var buffer = [UInt8](repeating: 0, count: 512)
        while recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 { count += 1 }
        return count
      }
      #expect(refused == 400 - 256)
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.lookUp("good.example") == ["203.0.113.7"])
    }
  }

  @Test func internalSandboxesAskNobody() async throws {
    try await DataPlaneHost.with { host in
      let server = try await FakeServer.startResolver(in: host.namespace("host"), Self.home) { query, _ in
        query.reply([Self.answer])
      }
      defer { server.stop() }
      try await host.open(["web"], upstreams: [Upstream(address: Self.home)], isInternal: true)
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.ask("example.com")?.flags.responseCode == .serverFailure)
      #expect(server.requests == 0)
    }
  }

  @Test func ourOwnAddressIsNoUpstream() async throws {
    try await DataPlaneHost.with { host in
      let own = Upstream(address: .v4(IPv4Address(127, 0, 0, 11)), port: 10053, isInsideSandbox: true)
      try await host.open(["web"], upstreams: [own])
      let web = TestClient(namespace: try host.namespace("web"))
      #expect(try await web.ask("example.com")?.flags.responseCode == .serverFailure)
      #expect(try await host.client.status().counters.forwarded == 1)
    }
  }
}
