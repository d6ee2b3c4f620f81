package import Addressing
package import NameService

/// How the origin resolves names: by its hosts file, then by its resolver.
package struct NameFacts: Sendable {
  /// A line of a hosts file (hosts(5)).
  package struct Line: Sendable, Hashable {
    package var address: IPAddress
    package var names: [String]

    package init(_ address: IPAddress, _ names: [String]) {
      self.address = address
      self.names = names
    }
  }

  package var lines: [Line]
  /// The zone of the engine's resolver in the origin's sandbox; `nil` if it does not use that resolver.
  package var zone: Zone?
  /// The origin's sandbox, as the zone knows it.
  package var client: Zone.Client?
  /// The endpoints in the zone.
  package var endpoints: [NameRecord] = []
  /// Name servers for other names.
  package var servers: [IPAddress]
  package var search: [String]

  package init(hosts: String, servers: [IPAddress] = [], search: [String] = []) {
    self.servers = servers
    self.search = search
    lines = hosts.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let address = fields.first.flatMap({ IPAddress($0) }), fields.count > 1 else { return nil }
      return Line(address, Array(fields.dropFirst()))
    }
  }

  /// Builds the zone from which the engine's resolver answers the origin.
  package mutating func useResolver(of sandbox: SandboxRecord, knowing endpoints: [NameRecord]) {
    var zone = Zone()
    for endpoint in endpoints { zone.set(endpoint) }
    client = zone.open(sandbox)
    self.zone = zone
    self.endpoints = endpoints
  }
}

/// The result of a name lookup.
enum NameResolution: Sendable, Hashable {
  case hostsFile([IPAddress])
  /// From the engine's resolver: the network's name, or `nil` for a name that every container has.
  case network(String?, [IPAddress])
  /// Unknown to the engine; the name servers may know it.
  case elsewhere
  /// The resolver forwards nothing, because the origin's networks are internal.
  case refused
}

extension NameFacts {
  /// Resolves a name, IPv4 addresses first.
  func resolve(_ name: String) -> NameResolution {
    let wanted = name.lowercased()
    let fileAddresses = lines.filter { $0.names.contains { $0.lowercased() == wanted } }.map(\.address)
    if !fileAddresses.isEmpty { return .hostsFile(fileAddresses.sorted()) }
    guard var zone, let client else { return .elsewhere }
    // `ndots:0`: the name itself is tried before the search domains.
    var refused = false
    for candidate in [name] + search.map({ "\(name).\($0)" }) {
      guard let question = DomainName(candidate) else { continue }
      switch Self.query(&zone, client, question) {
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

  /// Queries A and AAAA records in the zone, with the code of the engine's resolver.
  private static func query(_ zone: inout Zone, _ client: Zone.Client, _ name: DomainName) -> Answer {
    var addresses: [IPAddress] = []
    var isKnown = false
    for type in [RecordType.a, .aaaa] {
      let query = Message(id: 1, flags: .query, questions: [NameService.Question(name, type)]).bytes
      var reply = [UInt8](repeating: 0, count: 65535)
      let resolution = query.withUnsafeBytes { query in
        reply.withUnsafeMutableBytes { zone.answer(query, from: client, over: .tcp, into: $0) }
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

  /// The network on which the name has these addresses.
  private func network(of addresses: [IPAddress], _ name: DomainName) -> String? {
    endpoints.first { endpoint in
      let names = endpoint.names + endpoint.names.map { "\($0).\(endpoint.networkName)" }
      return names.contains { DomainName($0) == name } && endpoint.addresses.contains { addresses.contains($0) }
    }?.networkName
  }
}
