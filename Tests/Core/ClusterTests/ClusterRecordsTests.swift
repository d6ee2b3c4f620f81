import Addressing
import Cluster
import EngineModel
import NetworkPlan
import Testing

/// What an engine makes of the records that the hosts of a cluster share.
@Suite struct ClusterRecordsTests {
  private static func id<Object>(_ digit: Character) throws -> Identifier<Object> {
    try #require(Identifier(String(repeating: digit, count: 64)))
  }

  private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  private static func network(_ digit: Character, _ name: String) throws -> Network {
    Network(id: try id(digit), name: name, created: Timestamp(nanoseconds: 5), driver: .overlay, scope: .global)
  }

  private static func endpoint(_ digit: Character, on node: String, _ address: String) throws -> ClusterEndpoint {
    ClusterEndpoint(
      id: try id(digit), network: try id("d"), node: node, container: try id("c"), containerName: "web",
      names: ["web", "cccccccccccc"], mac: try #require(MACAddress("02:42:0a:00:00:02")),
      addresses: [try Self.address(address)])
  }

  private static func put(_ path: ClusterPath, _ network: Network, _ revision: Int64) throws -> ClusterChange {
    ClusterChange(path: "\(path)", text: try ClusterRecords.text(network), revision: revision)
  }

  private static func put(_ path: ClusterPath, _ record: some Encodable, _ revision: Int64) throws -> ClusterChange {
    ClusterChange(path: "\(path)", text: try ClusterRecords.text(record), revision: revision)
  }

  @Test func pathsAreReadAsTheyAreWritten() throws {
    let network: NetworkID = try Self.id("d")
    let paths: [ClusterPath] = [
      .network(network), .name("wide"), .vni(4096), .serial, .address(network, try Self.address("10.0.0.2")),
      .address(network, try Self.address("fd00::2")), .endpoint(network, try Self.id("e")), .node("n"), .alive("n"),
    ]
    for path in paths { #expect(ClusterPath("\(path)") == path) }
    for text in [
      "", "x", "networks/", "networks/short", "addresses/\(network)/here", "endpoints/\(network)", "nodes/a/b",
    ] {
      #expect(ClusterPath(text) == nil, "\(text)")
    }
  }

  @Test func changesAreTakenOnceAndInOrder() throws {
    var records = ClusterRecords()
    let network = try Self.network("d", "wide")
    let arrival = try Self.put(.network(network.id), network, 7)
    let first = records.apply([arrival, ClusterChange(path: "numbers/4096", text: "d", revision: 7)])
    #expect(first.networks == [network.id] && first.changes.count == 2)
    #expect(records.networks[network.id] == network && records.vnis == [4096] && records.revision == 7)
    // Heard again, and something older than what is known.
    #expect(records.apply([arrival]).changes.isEmpty)
    #expect(records.apply([ClusterChange(path: arrival.path, text: nil, revision: 6)]).changes.isEmpty)
    #expect(records.networks[network.id] == network)
    let end = records.apply([
      ClusterChange(path: arrival.path, text: nil, revision: 9),
      ClusterChange(path: "numbers/4096", text: nil, revision: 9),
    ])
    #expect(end.networks == [network.id] && records.networks.isEmpty && records.vnis.isEmpty)
    #expect(records.texts.isEmpty && records.revision == 9)
  }

  @Test func aSnapshotTakesThePlaceOfEverything() throws {
    var records = ClusterRecords()
    let (kept, gone) = (try Self.endpoint("1", on: "a", "10.0.0.2"), try Self.endpoint("2", on: "b", "10.0.0.3"))
    let network = try Self.network("d", "wide")
    _ = records.apply([
      try Self.put(.network(network.id), network, 3), try Self.put(.endpoint(kept.network, kept.id), kept, 4),
      try Self.put(.endpoint(gone.network, gone.id), gone, 5),
      try Self.put(
        .address(network.id, try Self.address("10.0.0.3")), AddressClaim(node: "b", container: gone.container), 5),
    ])
    #expect(records.claims[network.id]?.count == 1)
    // A store that was set up anew counts from the start.
    let texts = records.texts.filter { !$0.key.hasSuffix("\(gone.id)") && !$0.key.hasPrefix("addresses") }
    let outcome = records.replace(with: texts, revision: 2)
    #expect(outcome.endpoints == [network.id: [gone.id]])
    #expect(outcome.freed == [network.id: [try Self.address("10.0.0.3")]] && outcome.taken.isEmpty)
    #expect(outcome.networks.isEmpty && outcome.changes.count == 2)
    #expect(records.endpoints[network.id]?.keys.map(\.self) == [kept.id] && records.claims.isEmpty)
    #expect(records.revision == 2)
    #expect(records.replace(with: texts, revision: 2) == ClusterRecords.Outcome())
  }

  @Test func whoIsBehindWhichHost() throws {
    var records = ClusterRecords()
    let (here, there) = (try Self.endpoint("1", on: "a", "10.0.0.2"), try Self.endpoint("2", on: "b", "10.0.0.3"))
    let lost = try Self.endpoint("3", on: "c", "10.0.0.4")
    _ = records.apply([
      try Self.put(.node("a"), ClusterNode(id: "a", name: "one", tunnel: try Self.address("203.0.113.1")), 1),
      try Self.put(.node("b"), ClusterNode(id: "b", name: "two", tunnel: try Self.address("203.0.113.2")), 2),
      try Self.put(.endpoint(here.network, here.id), here, 3),
      try Self.put(.endpoint(there.network, there.id), there, 4),
      try Self.put(.endpoint(lost.network, lost.id), lost, 5),
    ])
    let network = here.network
    let expected = OverlayDriver.RemoteEndpoint(mac: there.mac, host: try Self.address("203.0.113.2"))
    #expect(records.remoteEndpoints(on: network, besides: "a") == [expected])
    #expect(records.peers(besides: "a") == [try Self.address("203.0.113.2")])
    #expect(records.hosts(of: network).map(\.name) == ["one", "two"])
    #expect(records.paths(ofNode: "b") == [.endpoint(network, there.id)])
    #expect(try records.node("two").id == "b" && records.node("a").id == "a")
    #expect(throws: EngineError.self) { try records.node("three") }
    #expect(records.freeVNI == 4096)
  }

  @Test func recordsOfAnotherVersionAreKeptAndHaveNoMeaning() throws {
    var records = ClusterRecords()
    let id: NetworkID = try Self.id("d")
    let outcome = records.apply([
      ClusterChange(path: "networks/\(id)", text: "{\"shape\":7}", revision: 1),
      ClusterChange(path: "secrets/x", text: "?", revision: 2),
    ])
    #expect(outcome.changes.count == 2 && records.texts.count == 2)
    #expect(records.networks.isEmpty)
  }
}
