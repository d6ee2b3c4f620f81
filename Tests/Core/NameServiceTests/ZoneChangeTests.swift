import Addressing
import NameService
import Testing

@Suite struct ZoneChangeTests {
  var scenario = Scenario()

  @Test mutating func whatIsRemovedIsForgotten() throws {
    let before = scenario.zone.counts
    scenario.zone.remove(endpoint: "db@front")
    #expect(try scenario.addresses("db", from: "web") == nil)
    #expect(try scenario.addresses("3.0.18.172.in-addr.arpa", .ptr, from: "web") == nil)
    #expect(try scenario.addresses("app", from: "web") == ["172.18.0.2"])
    // It still resolves names on the other network, but not on the one it left.
    #expect(try scenario.addresses("cache", from: "db") == ["172.19.0.4"])
    #expect(try scenario.addresses("web", from: "db") == nil)
    scenario.zone.remove(endpoint: "db@front")
    scenario.attach("db", "front", [.v4(IPv4Address(172, 18, 0, 3)), Scenario.six(3)], aliases: ["app", "store"])
    #expect(scenario.zone.counts == before)
  }

  @Test mutating func nothingIsLeftOfAll() throws {
    for endpoint in ["web@front", "db@front", "db@back", "cache@back", "stranger@other"] {
      scenario.zone.remove(endpoint: endpoint)
    }
    for sandbox in ["web", "db", "cache", "stranger", "stranger"] { scenario.zone.close(sandbox: sandbox) }
    #expect(scenario.zone.counts == (0, 0, 0, 0))
    #expect(scenario.zone.client("web") == nil)
  }

  @Test mutating func anEndpointThatMovesIsFoundAtItsNewAddress() throws {
    scenario.attach("db", "front", [.v4(IPv4Address(172, 18, 0, 9))])
    #expect(try scenario.addresses("db", from: "web") == ["172.18.0.9"])
    #expect(try scenario.addresses("store", from: "web") == nil)
    // The order of networks is that of attachment: front comes first.
    #expect(try scenario.addresses("db", from: "db") == ["172.18.0.9"])
  }

  @Test mutating func aSandboxMayBeOpenedAfterItsEndpoints() throws {
    scenario.attach("late", "front", [.v4(IPv4Address(172, 18, 0, 7))])
    #expect(try scenario.addresses("late", from: "web") == ["172.18.0.7"])
    scenario.zone.open(Scenario.sandbox("late"))
    #expect(try scenario.addresses("web", from: "late") == ["172.18.0.2"])
  }

  @Test mutating func aClosedSandboxAsksInVainAndItsSlotIsUsedAgain() throws {
    let old = try #require(scenario.zone.client("stranger"))
    scenario.zone.close(sandbox: "stranger")
    let query = Message(id: 1, flags: .query, questions: [Question(try #require(DomainName("web")), .a)]).bytes
    var reply = [UInt8](repeating: 0, count: 512)
    let resolution = query.withUnsafeBytes { query in
      reply.withUnsafeMutableBytes { scenario.zone.answer(query, from: old, over: .udp, into: $0) }
    }
    #expect(resolution == .ignore)
    #expect(scenario.zone.open(Scenario.sandbox("next")) == old)
  }

  @Test mutating func namesThatAreNoDomainNamesAreLeftOut() throws {
    scenario.zone.set(
      NameRecord(
        id: "odd", sandbox: "web", network: "id-front", networkName: "front",
        names: [String(repeating: "x", count: 64), "", "a..b", "good"], addresses: [.v4(IPv4Address(172, 18, 0, 8))]))
    #expect(try scenario.addresses("good", from: "db") == ["172.18.0.8"])
    // The first name is not a domain name, so there is no PTR record.
    #expect(try scenario.addresses("8.0.18.172.in-addr.arpa", .ptr, from: "db") == nil)
  }

  @Test mutating func aThousandNetworksDoNotMix() throws {
    for network in 0..<1000 {
      scenario.zone.open(Scenario.sandbox("client\(network)"))
      let address = IPv4Address(10, UInt8(network / 256), UInt8(network % 256), 2)
      scenario.zone.set(
        NameRecord(
          id: "e\(network)", sandbox: "client\(network)", network: "n\(network)", networkName: "net\(network)",
          names: ["web"], addresses: [.v4(address)]))
    }
    for network in [0, 1, 255, 256, 999] {
      #expect(
        try scenario.addresses("web", from: "client\(network)") == ["10.\(network / 256).\(network % 256).2"])
    }
  }
}
