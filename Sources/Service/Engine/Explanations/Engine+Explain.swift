import Addressing
import Cluster
import DataPlane
import EngineModel
public import Explanation
import Kernel
import NameService
import NetworkPlan
import Nftables
import Reconciler

extension Engine {
  /// Why somebody can or cannot reach somebody else. Nothing is changed, and no packet is sent but questions to name
  /// servers for names that nobody here knows.
  ///
  /// - Parameters:
  ///   - from: a container; `host`; `outside`, or an address there.
  ///   - to: see ``PathTarget``.
  ///   - via: the link of the host by which somebody outside comes.
  /// - Throws: `notFound` for a container that is not there, `invalidParameter` for what cannot be read.
  public func explain(from: String, to: String, via: String? = nil) async throws -> Explanation {
    let parts = try parts
    guard let snapshot = parts.snapshot else { throw Self.missing("explaining without a kernel") }
    let request = try pathRequest(from: from, to: to, via: via)
    var facts = PathFacts(containers: shownContainers, networks: state.networks)
    facts.distant = distantContainers
    facts.host = NamespaceFacts(try await snapshot(.host))
    if case .outside(_, let link?) = request.origin, facts.host.links[link] == nil {
      throw EngineError(.notFound, "this host has no interface \(link)")
    }
    let firewall = try await parts.reconciler.hostFirewall()
    facts.take(firewall)
    if case .container(let id) = request.origin { gatherNames(of: id, &facts) }
    var hasDrift = false
    // Each pass names what it lacks, which is never much.
    for _ in 0..<16 {
      switch Explainer(request, facts).explain() {
      case .lacking(let needs):
        for need in needs { try await bring(need, to: &facts, snapshot) }
      case .explained(let explanation):
        guard !hasDrift else { return explanation }
        hasDrift = true
        facts.damage = try await damage(concerning: facts, firewall, parts.reconciler)
        if facts.damage.isEmpty { return explanation }
      }
    }
    throw EngineError(.system, "the way from \(from) to \(to) could not be followed to its end")
  }

  /// Those of the cluster's other hosts.
  private var distantContainers: [PathFacts.Distant] {
    guard let cluster else { return [] }
    return cluster.records.endpoints.values.flatMap(\.values).filter { $0.node != cluster.node }.map { endpoint in
      let host = cluster.records.nodes[endpoint.node]?.name ?? endpoint.node
      return PathFacts.Distant(endpoint.containerName, at: endpoint.addresses, on: endpoint.network, host: host)
    }
  }

  private var shownContainers: [ContainerID: Container] {
    state.containers.mapValues { container in
      var shown = container
      shown.state = lives[container.id]?.state ?? container.state
      return shown
    }
  }

  private func pathRequest(from: String, to: String, via: String?) throws(EngineError) -> PathRequest {
    let target = try PathTarget(to)
    let link = via.flatMap { InterfaceName($0) }
    guard via == nil || link != nil else {
      throw EngineError(.invalidParameter, "invalid interface name \"\(via ?? "")\"")
    }
    let origin: PathRequest.Origin
    if from.lowercased() == "host" {
      origin = .host
    } else if from.lowercased() == "outside" {
      origin = .outside(nil, via: link)
    } else if let address = IPAddress(from) {
      let holder = state.containers.values.first { $0.allEndpoints.contains { $0.addresses.contains(address) } }
      origin = holder.map { .container($0.id) } ?? .outside(address, via: link)
    } else {
      origin = .container(try state.container(from).id)
    }
    if case .outside = origin {
    } else if via != nil {
      throw EngineError(.invalidParameter, "an interface can be named for what comes from outside only")
    }
    return PathRequest(
      origin: origin, target: target.target, question: target.question, port: target.port, from: from, to: to)
  }

  // MARK: What is known

  private func gatherNames(of id: ContainerID, _ facts: inout PathFacts) {
    guard var container = state.containers[id] else { return }
    if case .container(let owner) = container.host.networkMode,
      let other = ContainerID(owner).flatMap({ state.containers[$0] })
    {
      container = other
    }
    facts.hostAddresses[container.id] = hostAddresses(endpointIntents(container))
    let file = resolverChoice(container)
    let hosts = (try? readFile(files(of: container.id).hosts)) ?? ""
    var names = NameFacts(hosts: hosts, servers: file.upstreams, search: file.file.search.filter { $0 != "." })
    if let sandbox = served(container).sandboxes[container.id.rawValue] {
      // Its own networks in the order of attachment, and everybody else on them.
      var records = Self.records(served(container))
      for network in container.endpoints.map(\.network) {
        for other in (state.attached[network] ?? []).sorted() where other != container.id {
          guard let other = state.containers[other] else { continue }
          records += Self.records(served(other)).filter { $0.network == network.rawValue }
        }
        records += clusterNames.compactMap { if case .setEndpoint(let record) = $0 { record } else { nil } }
          .filter { $0.network == network.rawValue }
      }
      names.open(sandbox, records)
    }
    facts.names = names
  }

  private static func records(_ table: DataPlaneTable) -> [EndpointRecord] {
    table.changes.compactMap { if case .setEndpoint(let record) = $0 { record } else { nil } }
  }

  private func bring(
    _ need: PathFacts.Need, to facts: inout PathFacts,
    _ snapshot: @Sendable (NetworkNamespaceName) async throws -> NamespaceSnapshot
  ) async throws {
    switch need {
    case .sandbox(let id):
      do {
        facts.sandboxes[id] = NamespaceFacts(try await snapshot(.sandbox(id.rawValue)))
      } catch let error as SystemCallError {
        throw EngineError(
          .conflict, "the network of \(facts.containers[id]?.name ?? id.short) is gone: it may have ended just now",
          cause: error)
      }
    case .lookup(let name, let id):
      guard let id else {
        facts.lookups[name] = try await onDedicatedThread("lookup") { HostLookup.addresses(of: name) }
        return
      }
      let container = facts.containers[id]
      let isEmbedded = facts.names?.zone != nil
      let servers =
        isEmbedded ? [ResolverFile.embeddedServer] : container.map { resolverChoice($0).file.servers } ?? []
      facts.lookups[name] = try await NameInquiry(name: name, servers: servers)
        .addresses(in: try NetworkNamespace(path: namespacePath(id)))
    }
  }

  /// What of the kernel, as far as the way goes, is not as it should be.
  private func damage(
    concerning facts: PathFacts, _ firewall: Firewall, _ reconciler: Reconciler
  ) async throws -> [PathFacts.Damage] {
    var owners: [(owner: Reconciler.Owner, subject: String)] = [(.host, "this host's forwarding or firewall")]
    var seen: Set<NetworkID> = []
    for id in facts.sandboxes.keys.sorted() {
      guard let container = facts.containers[id] else { continue }
      owners.append((.sandbox(id.rawValue), "the network of \(container.name)"))
      for endpoint in container.allEndpoints where seen.insert(endpoint.network).inserted {
        guard let network = facts.networks[endpoint.network] else { continue }
        owners.append((.network(network.id), "the network \(network.name)"))
      }
    }
    var found: [PathFacts.Damage] = []
    for (owner, subject) in owners {
      var changes = try await reconciler.damage(of: owner).changes
      changes += await reconciler.desiredState(of: owner).missing(in: firewall)
      guard !changes.isEmpty else { continue }
      found.append(PathFacts.Damage(of: subject, changes.map(\.words), isMended: configuration.healsItself))
    }
    return found
  }
}

extension KernelState {
  /// What of the host's tables and elements is not there.
  fileprivate func missing(in firewall: Firewall) -> [KernelChange] {
    guard var wish = firewalls[.host] else { return [] }
    wish.tables = wish.tables.filter { !$0.value.isForAdministrator }
    var seen = wish
    seen.tables = firewall.tables.filter { wish.tables[$0.key] != nil }
    seen.elements = wish.elements.reduce(into: [:]) { kept, set in
      kept[set.key] = set.value.intersection(firewall.elements[set.key] ?? [])
    }
    var (old, new) = (KernelState(), KernelState())
    (old.firewalls[.host], new.firewalls[.host]) = (seen, wish)
    return KernelState.difference(from: old, to: new)
  }
}
