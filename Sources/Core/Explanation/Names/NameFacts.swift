public import Addressing
public import NameService

/// How the one who asks finds names: its hosts file, then its resolver.
public struct NameFacts: Sendable {
  /// A line of a hosts file (hosts(5)).
  public struct Line: Sendable, Hashable {
    public var address: IPAddress
    public var names: [String]

    public init(_ address: IPAddress, _ names: [String]) {
      self.address = address
      self.names = names
    }
  }

  public var lines: [Line]
  /// What the engine's resolver answers in the asker's sandbox; `nil` when none does.
  public var zone: Zone?
  public var asker: Zone.Asker?
  /// The endpoints that it knows.
  public var endpoints: [EndpointRecord] = []
  /// Name servers for other names.
  public var servers: [IPAddress]
  public var search: [String]

  public init(hosts: String, servers: [IPAddress] = [], search: [String] = []) {
    self.servers = servers
    self.search = search
    lines = hosts.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let address = words.first.flatMap({ IPAddress($0) }), words.count > 1 else { return nil }
      return Line(address, Array(words.dropFirst()))
    }
  }

  /// Opens the asker's sandbox in a zone of what its networks have.
  public mutating func open(_ sandbox: SandboxRecord, _ endpoints: [EndpointRecord]) {
    var zone = Zone()
    for endpoint in endpoints { zone.set(endpoint) }
    asker = zone.open(sandbox)
    self.zone = zone
    self.endpoints = endpoints
  }
}

/// Where an answer for a name came from.
enum NameFinding: Sendable, Hashable {
  case hostsFile([IPAddress])
  /// The engine's resolver: from a network, by its name, or (`nil`) from the asker's own names.
  case network(String?, [IPAddress])
  /// Nobody here knows it; name servers are to be asked.
  case elsewhere
  /// The resolver asks nobody else: the asker's networks lead nowhere.
  case refused
}

extension NameFacts {
  /// What becomes of a question for a name, IPv4 first.
  func find(_ name: String) -> NameFinding {
    let wanted = name.lowercased()
    let inFile = lines.filter { $0.names.contains { $0.lowercased() == wanted } }.map(\.address)
    if !inFile.isEmpty { return .hostsFile(inFile.sorted()) }
    guard var zone, let asker else { return .elsewhere }
    // A name without dots is tried as it is first: `ndots:0`.
    var refused = false
    for candidate in [name] + search.map({ "\(name).\($0)" }) {
      guard let question = DomainName(candidate) else { continue }
      switch Self.ask(&zone, asker, question) {
      case .found(let addresses): return .network(network(of: addresses, question), addresses)
      case .elsewhere: continue
      case .refused: refused = true
      }
    }
    return refused ? .refused : .elsewhere
  }

  private enum Answer {
    case found([IPAddress])
    case elsewhere
    case refused
  }

  /// Asks the resolver's own code, for both kinds of address.
  private static func ask(_ zone: inout Zone, _ asker: Zone.Asker, _ name: DomainName) -> Answer {
    var addresses: [IPAddress] = []
    var isKnown = false
    for type in [RecordType.a, .aaaa] {
      let query = Message(id: 1, flags: .query, questions: [NameService.Question(name, type)]).bytes
      var reply = [UInt8](repeating: 0, count: 65535)
      let resolution = query.withUnsafeBytes { query in
        reply.withUnsafeMutableBytes { zone.answer(query, from: asker, over: .tcp, into: $0) }
      }
      guard case .reply(let count) = resolution, let message = try? Message(Array(reply[..<count])) else {
        return .elsewhere
      }
      guard message.flags.responseCode == .noError else { return .refused }
      isKnown = true
      for answer in message.answers {
        switch answer.data {
        case .a(let address): addresses.append(.v4(address))
        case .aaaa(let address): addresses.append(.v6(address))
        default: break
        }
      }
    }
    return isKnown ? .found(addresses) : .elsewhere
  }

  /// The network on which the addresses are those of the name.
  private func network(of addresses: [IPAddress], _ name: DomainName) -> String? {
    endpoints.first { endpoint in
      let names = endpoint.names + endpoint.names.map { "\($0).\(endpoint.networkName)" }
      return names.contains { DomainName($0) == name } && endpoint.addresses.contains { addresses.contains($0) }
    }?.networkName
  }
}
