import Addressing
import EngineModel
import NetworkPlan

/// Says why a container cannot resolve the name of another container.
extension Explainer {
  /// Stops if a network or a container elsewhere has the name, and says why it does not resolve here.
  mutating func explainUnknownName(_ name: String, in id: ContainerID) throws(PathWalk.Stop) {
    guard let (other, network) = container(matching: name) else {
      guard let network = facts.networks.values.first(where: { $0.name == name }) else { return }
      let others = facts.attachments.filter { $0.network.id == network.id && $0.container != id }.map {
        facts.name($0.container)
      }
      throw fail(
        "\(name) is the name of a network, not of a container",
        others.isEmpty ? "it has no other endpoints" : "its endpoints: \(Set(others).sorted().joined(separator: ", "))")
    }
    let who = facts.name(id)
    if other.state.status != .running, other.state.status != .paused {
      try requireRunning(other)
    }
    switch other.host.networkMode {
    case .host:
      advise("use this host", "causeway explain \(request.from) host\(request.port > 0 ? ":\(request.port)" : "")")
      throw fail(
        "\(other.name) uses this host's network, so it has no name on other networks", "use host.docker.internal",
        because: "\(other.name) has no name of its own")
    case .container:
      let owner = facts.networkLocation(of: other)
      if case .sandbox(let owner)? = owner {
        let port = request.transportPort
        advise(
          "use that name",
          "causeway explain \(request.from) \(facts.name(owner))\(port.map { ":\($0.number)" } ?? "")")
        throw fail(
          "\(other.name) shares the network of \(facts.name(owner)) and is found under that name",
          because: "\(other.name) has no name of its own")
      }
    case .none:
      throw fail(
        "\(other.name) is on no network", "its network mode is none", because: "\(other.name) is on no network")
    case .default, .bridge, .network: break
    }
    // The gateway network does not resolve names.
    func networks(of id: ContainerID) -> [Network] {
      facts.attachments.filter { $0.container == id && !$0.network.isGatewayBridge }.map(\.network)
    }
    let theirs = networks(of: other.id)
    let ours = networks(of: id)
    let shared = theirs.filter { network in ours.contains { $0.id == network.id } }
    if let network, let shared = shared.first(where: { $0.name != network.name }) {
      advise("its name on the shared network", "causeway explain \(request.from) \(other.name).\(shared.name)")
    }
    let best = (network.map { [$0] } ?? theirs).min { Self.rank($0) < Self.rank($1) }
    if let best {
      switch facts.containers[id]?.host.networkMode {
      case .host?, .none?, .container?:
        advise("recreate \(who) on \(best.title)", "causeway run --name \(who) --network \(best.name) …")
      default: advise("connect \(who) to \(best.title)", "causeway network connect \(best.name) \(who)")
      }
    }
    func list(_ networks: [Network]) -> String {
      networks.isEmpty ? "no network" : networks.map(\.name).sorted().joined(separator: ", ")
    }
    throw fail(
      "\(who) cannot resolve the name \(name): they share no network",
      "\(who) is on \(list(ours)), \(other.name) on \(list(theirs))", because: "they share no network")
  }

  /// Sorts user-defined networks first.
  private static func rank(_ network: Network) -> String {
    (network.isDefaultBridge ? "2" : network.isRoutedByHost ? "0" : "1") + network.name
  }

  /// The container with this name, alias or host name, and the network if the name ends with one.
  private func container(matching name: String) -> (Container, Network?)? {
    if let found = containerWithName(name) { return (found, nil) }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let suffix = name[name.index(after: dot)...]
    guard let network = facts.networks.values.first(where: { $0.name == suffix }),
      let found = containerWithName(String(name[..<dot])), found.endpoints.contains(where: { $0.network == network.id })
    else { return nil }
    return (found, network)
  }

  private func containerWithName(_ name: String) -> Container? {
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
}
