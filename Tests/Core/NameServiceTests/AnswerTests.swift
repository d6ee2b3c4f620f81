import Addressing
import NameService
import Testing

@Suite struct AnswerTests {
  var scenario = Scenario()

  @Test(arguments: ["db", "DB", "db.front", "Db.Front.", "0123456789db", "store", "store.front"])
  mutating func findsEveryNameOfAContainer(_ name: String) throws {
    #expect(try scenario.addresses(name, from: "web") == ["172.18.0.3"])
    #expect(try scenario.addresses(name, .aaaa, from: "web") == ["fd00::3"])
  }

  @Test mutating func seesOnlyTheNetworksOfTheClient() throws {
    #expect(try scenario.addresses("cache", from: "web") == nil)
    #expect(try scenario.addresses("cache.back", from: "web") == nil)
    #expect(try scenario.addresses("web", from: "stranger") == nil)
    #expect(try scenario.addresses("cache", from: "db") == ["172.19.0.4"])
    #expect(try scenario.addresses("db", from: "cache") == ["172.19.0.3"])
    #expect(try scenario.addresses("db.back", from: "db") == ["172.19.0.3"])
    #expect(try scenario.addresses("db", from: "db") == ["172.18.0.3"])
  }

  @Test mutating func aKnownNameWithoutTheTypeIsNoErrorAndNoAnswer() throws {
    for type in [RecordType.aaaa, .mx, .txt, .ptr, RecordType(rawValue: 65)] {
      let reply = try #require(try scenario.ask("web", type, from: "db"))
      #expect(reply.flags.responseCode == .noError)
      #expect(reply.answers.isEmpty)
    }
  }

  @Test mutating func anotherNetworkMayHaveTheType() throws {
    scenario.attach("cache", "front", [Scenario.six(4)])
    #expect(try scenario.addresses("cache", .aaaa, from: "db") == ["fd00::4"])
    #expect(try scenario.addresses("cache", .a, from: "db") == ["172.19.0.4"])
  }

  @Test mutating func unknownNamesAreForwarded() throws {
    for name in ["example.com", "nobody", "web.nowhere", "."] {
      #expect(try scenario.ask(name, from: "web") == nil)
    }
    #expect(try scenario.ask("db", from: "web", class: .chaos) == nil)
  }

  @Test mutating func internalSandboxesForwardNothing() throws {
    scenario.zone.open(Scenario.sandbox("web", isInternal: true))
    #expect(try scenario.ask("example.com", from: "web")?.flags.responseCode == .serverFailure)
    #expect(try scenario.addresses("db", from: "web") == ["172.18.0.3"])
    scenario.zone.open(Scenario.sandbox("web", upstreams: []))
    #expect(try scenario.ask("example.com", from: "web")?.flags.responseCode == .serverFailure)
    scenario.zone.open(Scenario.sandbox("web"))
    #expect(try scenario.ask("example.com", from: "web") == nil)
  }

  @Test mutating func addressesLeadBackToNames() throws {
    #expect(try scenario.addresses("3.0.18.172.in-addr.arpa", .ptr, from: "web") == ["db.front."])
    #expect(
      try scenario.addresses(DomainName(reverse: Scenario.six(3).octets).description, .ptr, from: "web")
        == ["db.front."])
    #expect(try scenario.addresses("4.0.19.172.in-addr.arpa", .ptr, from: "web") == nil)
    #expect(try scenario.addresses("3.0.18.172.in-addr.arpa", .a, from: "web") == [])
  }

  @Test mutating func anAliasOfSeveralTurns() throws {
    let both = ["172.18.0.2", "172.18.0.3"]
    for _ in 0..<3 {
      #expect(try scenario.addresses("app", from: "web") == both)
      // A query of the other family in between does not change the rotation.
      #expect(try scenario.addresses("app", .aaaa, from: "web") == ["fd00::3"])
      #expect(try scenario.addresses("app", from: "db") == both.reversed())
    }
  }

  @Test mutating func extraHostsGoBeforeContainers() throws {
    scenario.attach("thief", "front", [.v4(IPv4Address(172, 18, 0, 66))], aliases: ["host.docker.internal"])
    #expect(try scenario.addresses("host.docker.internal", from: "web") == ["172.18.0.1"])
    #expect(try scenario.addresses("host.docker.internal", .aaaa, from: "web") == [])
  }

  @Test mutating func anyGivesAllThereIs() throws {
    #expect(try scenario.addresses("db", .any, from: "web") == ["172.18.0.3", "fd00::3"])
  }

  @Test mutating func theCaseOfTheQuestionIsKept() throws {
    let query = Message(id: 1, flags: .query, questions: [Question(try #require(DomainName("db")), .a)])
    var bytes = query.bytes
    bytes[13] = UInt8(ascii: "D")
    let reply = try scenario.resolve(bytes, from: "web").reply
    #expect(Array(reply[12..<16]) == [2, UInt8(ascii: "D"), UInt8(ascii: "b"), 0])
  }

  @Test mutating func answersAreKeptShortly() throws {
    let reply = try #require(try scenario.ask("db", from: "web"))
    #expect(reply.answers.map(\.ttl) == [Zone.timeToLive])
    #expect((1...10).contains(Zone.timeToLive))
    #expect(!reply.flags.isTruncated)
  }
}
