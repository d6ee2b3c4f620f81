import Addressing
import EngineModel
import NameService
import NetworkPlan

/// Resolves the target to addresses.
extension Explainer {
  mutating func candidates(from start: Start) throws(PathWalk.Stop) -> [Candidate] {
    switch request.target {
    case .address(let address): return [Candidate(address: address)]
    case .host: return try hostCandidates(from: start)
    case .outside: return try outsideCandidates(from: start)
    case .name(let name):
      switch start {
      case .sandbox(let id): return try resolve(name, in: id)
      case .host: return try resolveOnHost(name)
      case .outside(_, let link): return try entrances(to: name, by: link)
      }
    }
  }

  // MARK: This host

  private mutating func hostCandidates(from start: Start) throws(PathWalk.Stop) -> [Candidate] {
    switch start {
    case .host: return [Candidate(address: .v4(.loopback))]
    case .outside(_, let link):
      let own = facts.host.addresses.filter { $0.link == link && !$0.address.address.isLinkLocal }.map(
        \.address.address)
      guard !own.isEmpty else { throw fail("this host has no address on \(link)") }
      return alike(own).map { Candidate(address: $0) }
    case .sandbox(let id):
      let here = facts.hostAddresses[id] ?? []
      guard !here.isEmpty else {
        let own = facts.attachments.filter { $0.container == id }
        if !own.isEmpty, own.allSatisfy(\.network.isOnParent) {
          advise("connect it to a bridge network as well", facts.commandToConnectOutside(id))
          throw fail(
            "the host and its own \(own[0].network.driver) containers cannot reach each other",
            "\(own[0].network.title); the kernel passes nothing between a link and its children",
            because: "\(own[0].network.driver) containers and their host cannot reach each other")
        }
        throw fail(
          "\(facts.name(id)) has no address of this host", "it is on no bridge network",
          because: "\(facts.name(id)) cannot reach this host")
      }
      pass("this host is \(here.map { "\($0)" }.joined(separator: " and ")) there", "host.docker.internal")
      return here.sorted().map { Candidate(address: $0) }
    }
  }

  /// The addresses of the outside origin's family; if it has no address, all, IPv4 first.
  private func alike(_ addresses: [IPAddress]) -> [IPAddress] {
    guard case .outside(let asker?, _) = request.origin else { return addresses.sorted() }
    return addresses.filter { $0.family == asker.family }.sorted()
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
    // IPv4 alone if the origin has an IPv4 address.
    if case .sandbox(let id) = start,
      facts.attachments.contains(where: { $0.container == id && $0.endpoint.ipv4 != nil })
    {
      found = found.filter { $0.address.family == .ipv4 }
    }
    return Array(found.prefix(1))
  }

  // MARK: Names in a container

  private mutating func resolve(_ name: String, in id: ContainerID) throws(PathWalk.Stop) -> [Candidate] {
    guard let names = facts.names else { return [] }
    let found = names.find(name)
    if case .hostsFile = found {} else if names.zone != nil { try requireResolver(in: id) }
    switch found {
    case .hostsFile(let addresses):
      pass("the name \(name) is \(Self.list(addresses))", "from the hosts file of \(facts.name(id))")
      if addresses.allSatisfy(\.isLoopback) {
        remark("inside the container, \(name) is \(facts.name(id)) itself, not this host")
        advise(
          "use this host", "causeway explain \(request.from) host\(request.port > 0 ? ":\(request.port)" : "")")
      }
      return addresses.map { Candidate(address: $0) }
    case .network(let network, let addresses):
      guard !addresses.isEmpty else { throw fail("the name \(name) exists but has no address") }
      let source =
        network.map { "from the engine's resolver: network \($0)" }
        ?? "a name that every container has"
      pass("the name \(name) is \(Self.list(addresses))", source)
      if let stopped = facts.container(named: name), !stopped.isAttached {
        remark("\(name) is also the name of a container that is not running")
      }
      return addresses.sorted().map { Candidate(address: $0) }
    case .refused:
      try explainMissing(name, in: id)
      adviseOutside(id)
      throw fail(
        "\(facts.name(id)) cannot resolve the name \(name)",
        "its networks are internal, so no other name server is asked", because: "the name does not resolve")
    case .elsewhere:
      try explainMissing(name, in: id)
      return try ask(name, as: id, of: names.servers)
    }
  }

  /// The data plane answers names on a socket inside the sandbox.
  private mutating func requireResolver(in id: ContainerID) throws(PathWalk.Stop) {
    guard let inside = facts.sandboxes[id] else { throw .needs(.sandbox(id)) }
    guard !inside.sockets.contains(where: \.isResolver) else { return }
    advise("see whether causeway-dataplane runs; the engine starts it again", "pgrep -a causeway-datap")
    throw fail(
      "names do not resolve in \(facts.name(id)): the engine's resolver does not listen there", "127.0.0.11",
      because: "names do not resolve")
  }

  private mutating func adviseOutside(_ id: ContainerID) {
    advise(
      "connect \(facts.name(id)) to a network with external connectivity as well", facts.commandToConnectOutside(id))
  }

  private mutating func ask(
    _ name: String, as id: ContainerID?, of servers: [IPAddress]
  ) throws(PathWalk.Stop) -> [Candidate] {
    guard let found = facts.lookups[name] else { throw .needs(.lookup(name, id)) }
    let list = servers.map { "\($0)" }.joined(separator: ", ")
    guard !found.isEmpty else {
      adviseSpelling(name, as: id)
      let who = id.map(facts.name) ?? "this host"
      throw fail(
        "\(who) cannot resolve the name \(name)",
        list.isEmpty ? "it has no name servers" : "unknown on its networks and to the name servers \(list)",
        because: "the name does not resolve")
    }
    pass("the name \(name) is \(Self.list(found))", list.isEmpty ? "" : "from the name servers \(list)")
    return found.map { Candidate(address: $0) }
  }

  /// The name is unknown on the origin's networks. If a container has it elsewhere, explains why it does not resolve.
  private mutating func explainMissing(_ name: String, in id: ContainerID) throws(PathWalk.Stop) {
    guard let (meant, network) = meant(by: name) else {
      guard let network = facts.networks.values.first(where: { $0.name == name }) else { return }
      let there = facts.attachments.filter { $0.network.id == network.id && $0.container != id }.map {
        facts.name($0.container)
      }
      throw fail(
        "\(name) is the name of a network, not of a container",
        there.isEmpty ? "it has no other endpoints" : "its endpoints: \(Set(there).sorted().joined(separator: ", "))")
    }
    let who = facts.name(id)
    if meant.state.status != .running, meant.state.status != .paused {
      try requireRunning(meant)
    }
    switch meant.host.networkMode {
    case .host:
      advise("use this host", "causeway explain \(request.from) host\(request.port > 0 ? ":\(request.port)" : "")")
      throw fail(
        "\(meant.name) uses this host's network, so it has no name on other networks", "use host.docker.internal",
        because: "\(meant.name) has no name of its own")
    case .container:
      let owner = facts.networkLocation(of: meant)
      if case .sandbox(let owner)? = owner {
        let port = request.transportPort
        advise(
          "use that name",
          "causeway explain \(request.from) \(facts.name(owner))\(port.map { ":\($0.number)" } ?? "")")
        throw fail(
          "\(meant.name) shares the network of \(facts.name(owner)) and is found under that name",
          because: "\(meant.name) has no name of its own")
      }
    case .none:
      throw fail(
        "\(meant.name) is on no network", "its network mode is none", because: "\(meant.name) is on no network")
    case .default, .bridge, .network: break
    }
    // The gateway network does not resolve names.
    func networks(of id: ContainerID) -> [Network] {
      facts.attachments.filter { $0.container == id && !$0.network.isGatewayBridge }.map(\.network)
    }
    let theirs = networks(of: meant.id)
    let ours = networks(of: id)
    let shared = theirs.filter { there in ours.contains { $0.id == there.id } }
    if let network, let shared = shared.first(where: { $0.name != network.name }) {
      advise("its name on the shared network", "causeway explain \(request.from) \(meant.name).\(shared.name)")
    }
    let best = (network.map { [$0] } ?? theirs).min { Self.rank($0) < Self.rank($1) }
    if let best {
      switch facts.containers[id]?.host.networkMode {
      case .host?, .none?, .container?:
        advise("recreate \(who) on \(best.title)", "causeway run --name \(who) --network \(best.name) …")
      default: advise("connect \(who) to \(best.title)", "causeway network connect \(best.name) \(who)")
      }
    }
    func words(_ networks: [Network]) -> String {
      networks.isEmpty ? "no network" : networks.map(\.name).sorted().joined(separator: ", ")
    }
    throw fail(
      "\(who) cannot resolve the name \(name): they share no network",
      "\(who) is on \(words(ours)), \(meant.name) on \(words(theirs))", because: "they share no network")
  }

  /// Sorts user-defined networks first.
  private static func rank(_ network: Network) -> String {
    (network.isDefaultBridge ? "2" : network.isRoutedByHost ? "0" : "1") + network.name
  }

  /// The container with this name, alias or host name, and the network if the name ends with one.
  private func meant(by name: String) -> (Container, Network?)? {
    if let found = holder(of: name) { return (found, nil) }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let suffix = name[name.index(after: dot)...]
    guard let network = facts.networks.values.first(where: { $0.name == suffix }),
      let found = holder(of: String(name[..<dot])), found.endpoints.contains(where: { $0.network == network.id })
    else { return nil }
    return (found, network)
  }

  private func holder(of name: String) -> Container? {
    let wanted = name.lowercased()
    let sorted = facts.containers.values.sorted {
      ($0.isAttached ? 0 : 1, $0.name) < ($1.isAttached ? 0 : 1, $1.name)
    }
    return sorted.first { $0.name.lowercased() == wanted }
      ?? sorted.first { container in
        container.id.short == wanted
          || container.endpoints.contains { $0.settings.aliases.contains { $0.lowercased() == wanted } }
          || container.configuration.hostname.lowercased() == wanted
      }
  }

  private mutating func adviseSpelling(_ name: String, as id: ContainerID?) {
    let known = (facts.names?.endpoints ?? []).flatMap(\.names) + facts.containers.values.map(\.name)
    for near in SimilarNames.find(name, among: known.filter { $0 != name }).prefix(2) {
      let port = request.transportPort.map { ":\($0.asked)" } ?? ""
      advise("did you mean \(near)?", "causeway explain \(request.from) \(near)\(port)")
    }
  }

  static func list(_ addresses: [IPAddress]) -> String { addresses.map { "\($0)" }.joined(separator: " and ") }
}

/// Containers as the host and the outside reach them.
extension Explainer {
  mutating func resolveOnHost(_ name: String) throws(PathWalk.Stop) -> [Candidate] {
    if name.lowercased() == "localhost" {
      return [Candidate(address: .v4(.loopback)), Candidate(address: .v6(.loopback))]
    }
    guard let container = facts.container(named: name) ?? container(id: name) else {
      return try askOnHost(name)
    }
    try requireRunning(container)
    switch facts.networkLocation(of: container) {
    case .host?:
      pass("\(container.name) has this host's network", "its network mode is host")
      return [Candidate(address: .v4(.loopback))]
    case .sandbox(let owner)?:
      let addresses = facts.attachments.filter { $0.container == owner }.sorted { $0.network.name < $1.network.name }
        .flatMap(\.endpoint.addresses)
      guard !addresses.isEmpty else {
        throw fail(
          "\(container.name) is on no network", places(of: owner), because: "\(container.name) is on no network")
      }
      remark("container names do not resolve on this host: their addresses are tried", places(of: owner))
      return addresses.sorted { ($0.family == .ipv4 ? 0 : 1) < ($1.family == .ipv4 ? 0 : 1) }.map {
        Candidate(address: $0)
      }
    case nil: throw fail("the container whose network \(container.name) shares does not exist any more")
    }
  }

  private func container(id name: String) -> Container? {
    guard name.utf8.count >= 12 else { return nil }
    return facts.containers.values.first { $0.id.rawValue.hasPrefix(name) }
  }

  private mutating func askOnHost(_ name: String) throws(PathWalk.Stop) -> [Candidate] {
    guard let found = facts.lookups[name] else { throw .needs(.lookup(name, nil)) }
    guard !found.isEmpty else {
      for near in SimilarNames.find(name, among: facts.containers.values.map(\.name)).prefix(2) {
        advise(
          "did you mean \(near)?",
          "causeway explain \(request.from) \(near)\(request.port > 0 ? ":\(request.port)" : "")")
      }
      throw fail(
        "this host cannot resolve the name \(name)", "by its own resolver", because: "the name does not resolve")
    }
    pass("the name \(name) is \(Self.list(found))", "by this host's own resolver")
    return found.map { Candidate(address: $0) }
  }

  /// How hosts outside reach a container: at its published port, or at its own address if its network allows it.
  mutating func entrances(to name: String, by link: InterfaceName) throws(PathWalk.Stop) -> [Candidate] {
    guard let container = facts.container(named: name) ?? container(id: name) else { return try askOnHost(name) }
    try requireRunning(container)
    let here = alike(
      facts.host.addresses.filter { $0.link == link && !$0.address.address.isLinkLocal }.map(\.address.address))
    guard case .sandbox(let owner)? = facts.networkLocation(of: container), let home = facts.containers[owner] else {
      remark("\(name) has this host's network: the host's own addresses are tried", Self.list(here))
      return here.map { Candidate(address: $0) }
    }
    let own = facts.attachments.filter { $0.container == owner }.flatMap(\.endpoint.addresses).sorted()
    guard let port = request.transportPort else {
      guard !own.isEmpty else { throw fail("\(name) is on no network", because: "\(name) is on no network") }
      return own.map { Candidate(address: $0) }
    }
    var found: [Candidate] = []
    for publication in home.publications.sorted() where publication.containerPort == port && publication.usesHostPort {
      for address in here
      where publication.hostAddress == address
        || publication.hostAddress.isUnspecified && publication.hostAddress.family == address.family
      {
        found.append(Candidate(address: address, port: publication.hostPort))
      }
    }
    if !found.isEmpty {
      pass(
        "port \(port) of \(name) is published on this host",
        found.map { "\($0.address.family == .ipv6 ? "[\($0.address)]" : "\($0.address)"):\($0.port ?? 0)" }.joined(
          separator: ", "))
      return found
    }
    try explainUnpublished(port, of: home, here)
    guard !own.isEmpty else { throw fail("\(name) is on no network", because: "\(name) is on no network") }
    return own.map { Candidate(address: $0) }
  }

  /// Explains why a port of a container is not published to the outside.
  private mutating func explainUnpublished(
    _ port: TransportPort, of container: Container, _ here: [IPAddress]
  ) throws(PathWalk.Stop) {
    let name = container.name
    let published = container.publications.filter(\.usesHostPort).sorted()
    if let outer = published.first(where: { $0.hostPort == port.number && $0.containerPort.transport == port.transport }
    ) {
      advise("use the container's port", "causeway explain \(request.from) \(name):\(outer.containerPort.asked)")
      throw fail(
        "\(port) is the host port to which \(outer.containerPort) of \(name) is published",
        because: "\(name)'s own port is \(outer.containerPort.number)")
    }
    let elsewhere = published.filter { $0.containerPort == port }
    if let one = elsewhere.first {
      advise(
        "publish it on all addresses",
        "causeway run --name \(name) -p \(one.hostPort):\(port.asked) …")
      throw fail(
        "port \(port) of \(name) is published on \(one.hostAddress) only",
        "not on \(Self.list(here)), where packets from outside arrive",
        because: "it is published on \(one.hostAddress) only")
    }
  }
}
