import EngineAPI

/// Queries the engine for the names of its objects. Returns no names when the engine does not answer: completion never
/// fails.
struct CompletionNames: Sendable {
  let invocation: Invocation

  @Sendable func all(_ kind: CompletionKind) async -> [CompletionCandidate] {
    do {
      return try await found(kind)
    } catch {
      return []
    }
  }

  private func found(_ kind: CompletionKind) async throws -> [CompletionCandidate] {
    let engine = invocation.engine
    switch kind {
    case .containers(let states):
      let containers: [Wire.ContainerSummary] = try await engine.get("/containers/json", [("all", "1")])
      return containers.filter { states.isEmpty || states.contains($0.State) }.compactMap { container in
        container.Names.first.map {
          CompletionCandidate(word: String($0.drop { $0 == "/" }), help: "\(container.Image), \(container.Status)")
        }
      }.sorted { $0.word < $1.word }
    case .networks:
      let networks: [Wire.Network] = try await engine.get("/networks")
      return networks.map { CompletionCandidate(word: $0.Name, help: $0.Driver) }.sorted { $0.word < $1.word }
    case .images:
      let images: [Wire.ImageSummary] = try await engine.get("/images/json")
      return images.flatMap(\.RepoTags).filter { $0 != "<none>:<none>" }.sorted().map { CompletionCandidate(word: $0) }
    case .volumes:
      let list: Wire.VolumeList = try await engine.get("/volumes")
      return list.Volumes.map { CompletionCandidate(word: $0.Name, help: $0.Driver) }.sorted { $0.word < $1.word }
    case .nodes:
      let nodes: [Wire.ClusterNode] = try await engine.get("/causeway/v1/cluster/nodes")
      return nodes.map { CompletionCandidate(word: String($0.ID.prefix(12)), help: "\($0.Name), \($0.Address)") }
        .sorted { $0.word < $1.word }
    case .contexts:
      let store = ContextStore(configuration: invocation.configuration.folder)
      return [CompletionCandidate(word: ContextStore.defaultName)]
        + (try store.all()).map { CompletionCandidate(word: $0.name, help: $0.host) }
    case .objects:
      var whole: [CompletionCandidate] = []
      for kind in [CompletionKind.containers(), .images, .networks, .volumes] { whole += await all(kind) }
      return whole
    case .files, .words, .either, .copyLocation, .nothing: return []
    }
  }
}
