import DataPlane
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler

extension Engine {
  /// Creates the sandbox of a build's steps on the requested networks, with addresses, names and a resolver as a container
  /// has them. It has no process and no container record; its operation undoes it when the engine is killed.
  func openBuildSandbox(_ request: BuildRequest) async throws -> Container {
    let parts = try parts
    var container = try makeBuildContainer(request)
    var leases: [NetworkID: PluginLease] = [:]
    try leaseNetwork(for: &container, leases: &leases)
    let links = (try? sandboxIntent(container).state().linksToMake) ?? []
    do {
      _ = try begin(.build(container.id, links: links))
    } catch {
      releaseNetwork(of: &container)
      throw error
    }
    transient.builds.add(container)
    do {
      try writeFiles(of: container)
      guard Self.hasSandbox(container) else { return container }
      try await parts.reconciler.update(.sandbox(container.id.rawValue)) { [id = container.id] in
        SandboxIntent.emptySandbox(id)
      }
      for intent in endpointIntents(container) { try await networkActivity.creation(of: intent.network.id)?.value }
      await parts.connections?.finishRemoval(
        container.endpoints.flatMap(\.addresses), for: ConntrackCleaner.Holder(container))
      try await updateSandbox(of: container)
      try await parts.dataPlane.apply(dataPlaneTable(of: container).changes)
      return container
    } catch {
      await closeBuildSandbox(container)
      throw Self.described("preparing the network of the build", error)
    }
  }

  private func makeBuildContainer(_ request: BuildRequest) throws(EngineError) -> Container {
    let id = ContainerID.random()
    var configuration = ContainerConfiguration()
    configuration.hostname = id.short
    var host = HostConfiguration()
    host.extraHosts = request.extraHosts
    switch request.networkMode {
    case .container(let reference): host.networkMode = .container(try state.container(reference).id.rawValue)
    case .network(let reference):
      // Predefined networks may be named by their ids, too.
      let network = try state.network(reference)
      host.networkMode = network.isPredefined ? NetworkMode(network.name) : .network(reference)
    default: host.networkMode = request.networkMode
    }
    if host.networkMode == .host { configuration.hostname = hostState.environment.hostname }
    var container = Container(
      id: id, name: "build-\(id.short)", created: .now, configuration: configuration, host: host, imageID: "")
    try EndpointBuilder(request: ContainerCreateRequest(configuration: configuration), mode: host.networkMode)
      .add(to: &container, in: state)
    for network in container.endpoints.compactMap({ state.networks[$0.network] })
    where network.driver.isPlugin || network.asksForAddresses {
      let kind = network.spansHosts ? "which spans hosts" : "which a plugin makes"
      throw EngineError(.notImplemented, "building on network \(network.name), \(kind), is not implemented")
    }
    return container
  }

  /// The namespace of the steps; `nil`: the host's.
  func buildNamespace(_ container: Container) throws(EngineError) -> String? {
    switch try networkNamespace(of: container) {
    case .host: nil
    case .namespace(let path): path
    }
  }

  /// The files that the steps have in `/etc`: another container's if they use its network.
  func buildFiles(_ container: Container) -> ContainerFiles {
    if case .container(let other) = container.host.networkMode, let id = ContainerID(other) { return files(of: id) }
    return files(of: container.id)
  }

  func closeBuildSandbox(_ container: Container) async {
    guard var container = transient.builds.remove(container.id), let parts = try? parts else { return }
    if Self.hasSandbox(container) {
      let changes = dataPlaneTable(of: container).changes(to: DataPlaneTable())
      if !changes.isEmpty { await attempting("withdrawing names") { try await parts.dataPlane.apply(changes) } }
      await parts.reconciler.remove(.sandbox(container.id.rawValue))
    }
    await parts.connections?.scheduleRemoval(
      container.endpoints.flatMap(\.addresses), of: ConntrackCleaner.Holder(container))
    releaseNetwork(of: &container)
    await attempting("removing the files of a build") {
      try removeFiles(files(of: container.id))
      let operations = operations.ids { if case .build(container.id, _) = $0 { true } else { false } }
      for operation in operations { try finish(operation) }
    }
  }
}
