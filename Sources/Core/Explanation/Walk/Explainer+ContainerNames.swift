import Addressing
import EngineModel
import NameService

/// Resolves a name as a container does: by its hosts file, the engine's resolver, and name servers.
extension Explainer {
  mutating func resolve(_ name: String, in id: ContainerID) throws(PathWalk.Stop) -> [Candidate] {
    guard let names = facts.names else { return [] }
    let found = names.resolve(name)
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
      try explainUnknownName(name, in: id)
      adviseOutside(id)
      throw fail(
        "\(facts.name(id)) cannot resolve the name \(name)",
        "its networks are internal, so no other name server is asked", because: "the name does not resolve")
    case .elsewhere:
      try explainUnknownName(name, in: id)
      return try query(name, from: id, of: names.servers)
    }
  }

  /// Stops if the data plane has no socket in the sandbox. It answers names there.
  private mutating func requireResolver(in id: ContainerID) throws(PathWalk.Stop) {
    guard let inside = facts.sandboxes[id] else { throw .missing(.sandbox(id)) }
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

  /// The addresses that name servers know.
  private mutating func query(
    _ name: String, from id: ContainerID?, of servers: [IPAddress]
  ) throws(PathWalk.Stop) -> [Candidate] {
    guard let found = facts.lookups[name] else { throw .missing(.lookup(name, id)) }
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

  private mutating func adviseSpelling(_ name: String, as id: ContainerID?) {
    let known = (facts.names?.endpoints ?? []).flatMap(\.names) + facts.containers.values.map(\.name)
    for near in SimilarNames.find(name, among: known.filter { $0 != name }).prefix(2) {
      let port = request.transportPort.map { ":\($0.shortText)" } ?? ""
      advise("did you mean \(near)?", "causeway explain \(request.from) \(near)\(port)")
    }
  }

  static func list(_ addresses: [IPAddress]) -> String { addresses.map { "\($0)" }.joined(separator: " and ") }
}
