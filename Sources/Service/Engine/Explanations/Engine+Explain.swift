import Addressing
import Cluster
import DataPlane
import EngineModel
package import Explanation
import Kernel
import NameService
import NetworkPlan
import Reconciler

extension Engine {
  /// Explains why one endpoint can or cannot reach another. It changes nothing and sends no packet except queries to
  /// name servers for names that the engine does not know.
  ///
  /// - Parameters:
  ///   - from: a container; `host`; `outside`, or an address there.
  ///   - to: see ``PathTarget``.
  ///   - via: the link of the host on which packets from outside arrive.
  /// - Throws: `notFound` for an unknown container, `invalidParameter` for an invalid argument.
  package func explain(from: String, to: String, via: String? = nil) async throws -> Explanation {
    let parts = try parts
    guard let snapshot = parts.snapshot else { throw Self.notImplemented("explaining without a kernel") }
    let request = try pathRequest(from: from, to: to, via: via)
    var facts = PathFacts(containers: state.containers, networks: state.networks)
    facts.remoteContainers = remoteContainers
    facts.host = NamespaceFacts(try await snapshot(.host))
    if case .outside(_, let link?) = request.origin, facts.host.links[link] == nil {
      throw EngineError(.notFound, "this host has no interface \(link)")
    }
    let firewall = try await parts.reconciler.hostFirewall()
    facts.setFirewall(firewall)
    if case .container(let id) = request.origin { gatherNames(of: id, &facts) }
    var includesDrift = false
    // Each pass says which facts it needs.
    for _ in 0..<16 {
      switch Explainer(request, facts).explain() {
      case .incomplete(let missing):
        for fact in missing { try await gather(fact, into: &facts, snapshot) }
      case .explained(let explanation):
        guard !includesDrift else { return explanation }
        includesDrift = true
        facts.drift = try await PathDrift(reconciler: parts.reconciler, healsItself: configuration.healsItself)
          .find(in: facts, firewall)
        if facts.drift.isEmpty { return explanation }
      }
    }
    throw EngineError(.system, "the path from \(from) to \(to) could not be followed to its end")
  }

  /// The containers of the cluster's other nodes.
  private var remoteContainers: [PathFacts.RemoteContainer] {
    guard let cluster else { return [] }
    return cluster.records.endpoints.values.flatMap(\.values).filter { $0.node != cluster.node }.map { endpoint in
      let host = cluster.records.nodes[endpoint.node]?.name ?? endpoint.node
      return PathFacts.RemoteContainer(endpoint.containerName, at: endpoint.addresses, on: endpoint.network, host: host)
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
      let container = state.containers.values.first { $0.allEndpoints.contains { $0.addresses.contains(address) } }
      origin = container.map { .container($0.id) } ?? .outside(address, via: link)
    } else {
      origin = .container(try state.container(from).id)
    }
    if case .outside = origin {
    } else if via != nil {
      throw EngineError(.invalidParameter, "an interface can be named for what comes from outside only")
    }
    return PathRequest(
      origin: origin, target: target.target, probe: target.probe, port: target.port, from: from, to: to)
  }

  // MARK: Facts

  /// Gathers what the container's resolver knows.
  private func gatherNames(of id: ContainerID, _ facts: inout PathFacts) {
    guard var container = state.containers[id] else { return }
    if case .container(let owner) = container.host.networkMode,
      let other = ContainerID(owner).flatMap({ state.containers[$0] })
    {
      container = other
    }
    facts.hostAddresses[container.id] = hostAddresses(endpointIntents(container))
    let resolver = resolverChoice(container)
    let hosts = (try? readFile(files(of: container.id).hosts)) ?? ""
    var names = NameFacts(hosts: hosts, servers: resolver.upstreams, search: resolver.file.search.filter { $0 != "." })
    if let sandbox = dataPlaneTable(of: container).sandboxes[container.id.rawValue] {
      // The endpoints of the container, and those of the other containers on its networks.
      var records = Self.records(dataPlaneTable(of: container))
      for network in container.endpoints.map(\.network) {
        for other in (state.attached[network] ?? []).sorted() where other != container.id {
          guard let other = state.containers[other] else { continue }
          records += Self.records(dataPlaneTable(of: other)).filter { $0.network == network.rawValue }
        }
        records += clusterNames.compactMap { if case .setEndpoint(let record) = $0 { record } else { nil } }
          .filter { $0.network == network.rawValue }
      }
      names.useResolver(of: sandbox, knowing: records)
    }
    facts.names = names
  }

  private static func records(_ table: DataPlaneTable) -> [NameRecord] {
    table.changes.compactMap { if case .setEndpoint(let record) = $0 { record } else { nil } }
  }

  /// Reads a fact that the explainer needs: the state of a sandbox, or the answer of name servers.
  private func gather(
    _ fact: PathFacts.MissingFact, into facts: inout PathFacts,
    _ snapshot: @Sendable (NetworkNamespaceName) async throws -> NamespaceSnapshot
  ) async throws {
    switch fact {
    case .sandbox(let id):
      do {
        facts.sandboxes[id] = NamespaceFacts(try await snapshot(.sandbox(id.rawValue)))
      } catch let error as SystemCallError {
        throw EngineError(
          .conflict, "container \(facts.containers[id]?.name ?? id.short) has no sandbox: it may have ended just now",
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
      facts.lookups[name] = try await DNSLookup(name: name, servers: servers)
        .addresses(in: try NetworkNamespace(path: namespacePath(id)))
    }
  }
}
