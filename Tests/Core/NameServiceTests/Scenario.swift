import Addressing
import NameService
import Testing

/// Two networks: `front` with web and db, `back` with db and cache; a stranger on a third.
struct Scenario {
  var zone = Zone(seed: 7)

  init() {
    for id in ["web", "db", "cache", "stranger"] { zone.open(Self.sandbox(id)) }
    attach("web", "front", [.v4(IPv4Address(172, 18, 0, 2))], aliases: ["app"])
    attach("db", "front", [.v4(IPv4Address(172, 18, 0, 3)), Self.six(3)], aliases: ["app", "store"])
    attach("db", "back", [.v4(IPv4Address(172, 19, 0, 3))])
    attach("cache", "back", [.v4(IPv4Address(172, 19, 0, 4))])
    attach("stranger", "other", [.v4(IPv4Address(172, 20, 0, 2))])
  }

  static func sandbox(
    _ id: String, upstreams: [Upstream] = [Upstream(address: .v4(IPv4Address(192, 0, 2, 53)))], isInternal: Bool = false
  ) -> SandboxRecord {
    SandboxRecord(
      id: id, namespacePath: "/netns/\(id)", port: 10053, upstreams: upstreams, isInternal: isInternal,
      extraHosts: [HostRecord(name: "host.docker.internal", addresses: [.v4(IPv4Address(172, 18, 0, 1))])])
  }

  static func six(_ last: UInt16) -> IPAddress { .v6(IPv6Address(groups: [0xFD00, 0, 0, 0, 0, 0, 0, last])) }

  mutating func attach(_ sandbox: String, _ network: String, _ addresses: [IPAddress], aliases: [String] = []) {
    zone.set(
      NameRecord(
        id: "\(sandbox)@\(network)", sandbox: sandbox, network: "id-\(network)", networkName: network,
        names: [sandbox, "0123456789\(sandbox.prefix(2))"] + aliases, addresses: addresses))
  }

  /// The zone's decision for an encoded query.
  mutating func resolve(
    _ query: [UInt8], from sandbox: String, over transport: QueryTransport = .udp
  ) throws -> (resolution: Resolution, reply: [UInt8]) {
    let client = try #require(zone.client(sandbox))
    var reply = [UInt8](repeating: 0xEE, count: transport == .udp ? 4096 : 65535)
    let resolution = query.withUnsafeBytes { query in
      reply.withUnsafeMutableBytes { zone.answer(query, from: client, over: transport, into: $0) }
    }
    guard case .reply(let count) = resolution else { return (resolution, []) }
    return (resolution, Array(reply[..<count]))
  }

  /// The reply to a query; `nil` when it is forwarded.
  mutating func ask(
    _ name: String, _ type: RecordType = .a, from sandbox: String, class: RecordClass = .internet,
    edns: ResourceRecord? = nil, over transport: QueryTransport = .udp
  ) throws -> Message? {
    let query = Message(
      id: 0xBEEF, flags: .query, questions: [Question(try #require(DomainName(name)), type, class: `class`)],
      additionals: edns.map { [$0] } ?? [])
    let (resolution, bytes) = try resolve(query.bytes, from: sandbox, over: transport)
    switch resolution {
    case .ignore:
      Issue.record("a good question was ignored")
      return nil
    case .forward: return nil
    case .reply:
      let reply = try Message(bytes)
      #expect(reply.id == 0xBEEF)
      #expect(reply.flags.isResponse)
      #expect(reply.flags.recursionDesired)
      #expect(reply.flags.recursionAvailable)
      #expect(reply.questions == query.questions)
      return reply
    }
  }

  /// The addresses in a reply, as text.
  mutating func addresses(_ name: String, _ type: RecordType = .a, from sandbox: String) throws -> [String]? {
    try ask(name, type, from: sandbox)?.answers.map { record in
      switch record.data {
      case .a(let address): "\(address)"
      case .aaaa(let address): "\(address)"
      case .name(let name): "\(name)"
      default: "?"
      }
    }
  }
}
