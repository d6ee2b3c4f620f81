import Addressing
import EngineModel
import NetworkPlan

/// Finds the addresses of the target.
extension Explainer {
  mutating func candidates(from start: Start) throws(PathWalk.Stop) -> [Candidate] {
    switch request.target {
    case .address(let address): return [Candidate(address: address)]
    case .host: return try hostCandidates(from: start)
    case .outside: return try outsideCandidates(from: start)
    case .name(let name):
      switch start {
      case .sandbox(let id): return try resolve(name, in: id)
      case .host: return try resolveFromHost(name)
      case .outside(_, let link): return try candidatesFromOutside(to: name, by: link)
      }
    }
  }

  // MARK: This host

  private mutating func hostCandidates(from start: Start) throws(PathWalk.Stop) -> [Candidate] {
    switch start {
    case .host: return [Candidate(address: .v4(.loopback))]
    case .outside(_, let link):
      let linkAddresses = facts.host.addresses.filter { $0.link == link && !$0.address.address.isLinkLocal }.map(
        \.address.address)
      guard !linkAddresses.isEmpty else { throw fail("this host has no address on \(link)") }
      return addressesOfOriginFamily(linkAddresses).map { Candidate(address: $0) }
    case .sandbox(let id):
      let hostAddresses = facts.hostAddresses[id] ?? []
      guard !hostAddresses.isEmpty else {
        let attachments = facts.attachments.filter { $0.container == id }
        if !attachments.isEmpty, attachments.allSatisfy(\.network.isOnParent) {
          advise("connect it to a bridge network as well", facts.commandToConnectOutside(id))
          throw fail(
            "the host and its own \(attachments[0].network.driver) containers cannot reach each other",
            "\(attachments[0].network.title); the kernel passes nothing between a link and its children",
            because: "\(attachments[0].network.driver) containers and their host cannot reach each other")
        }
        throw fail(
          "\(facts.name(id)) has no address of this host", "it is on no bridge network",
          because: "\(facts.name(id)) cannot reach this host")
      }
      pass("this host is \(hostAddresses.map { "\($0)" }.joined(separator: " and ")) there", "host.docker.internal")
      return hostAddresses.sorted().map { Candidate(address: $0) }
    }
  }

  /// The addresses of the same family as the outside origin. If the origin has no address, all of them, IPv4 first.
  func addressesOfOriginFamily(_ addresses: [IPAddress]) -> [IPAddress] {
    guard case .outside(let source?, _) = request.origin else { return addresses.sorted() }
    return addresses.filter { $0.family == source.family }.sorted()
  }

  private mutating func outsideCandidates(from start: Start) throws(PathWalk.Stop) -> [Candidate] {
    if case .outside = start { throw fail("traffic from outside to outside does not pass this host") }
    var found: [Candidate] = []
    for family in AddressFamily.allCases {
      guard case .out(let link, let gateway, _) = facts.host.route(to: .any(family)) else { continue }
      if let address = gateway ?? outsideAddress(family, by: link) { found.append(Candidate(address: address)) }
    }
    guard !found.isEmpty else {
      throw fail(
        "this host has no default route", "ip route", because: "this host has no default route")
    }
    // Only IPv4, if the origin has an IPv4 address.
    if case .sandbox(let id) = start,
      facts.attachments.contains(where: { $0.container == id && $0.endpoint.ipv4 != nil })
    {
      found = found.filter { $0.address.family == .ipv4 }
    }
    return Array(found.prefix(1))
  }
}
