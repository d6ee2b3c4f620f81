import Addressing
import EngineModel
import NetworkPlan

/// Resolves a name as a program of the host does. Names of containers do not resolve there; their addresses are tried.
extension Explainer {
  mutating func resolveFromHost(_ name: String) throws(PathWalk.Stop) -> [Candidate] {
    if name.lowercased() == "localhost" {
      return [Candidate(address: .v4(.loopback)), Candidate(address: .v6(.loopback))]
    }
    guard let container = facts.container(named: name) ?? container(id: name) else {
      return try queryFromHost(name)
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
          "\(container.name) is on no network", networkText(of: owner), because: "\(container.name) is on no network")
      }
      remark("container names do not resolve on this host: their addresses are tried", networkText(of: owner))
      return addresses.sorted { ($0.family == .ipv4 ? 0 : 1) < ($1.family == .ipv4 ? 0 : 1) }.map {
        Candidate(address: $0)
      }
    case nil: throw fail("the container whose network \(container.name) shares does not exist any more")
    }
  }

  func container(id name: String) -> Container? {
    guard name.utf8.count >= 12 else { return nil }
    return facts.containers.values.first { $0.id.rawValue.hasPrefix(name) }
  }

  mutating func queryFromHost(_ name: String) throws(PathWalk.Stop) -> [Candidate] {
    guard let found = facts.lookups[name] else { throw .missing(.lookup(name, nil)) }
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
}
