import DataPlane
import EngineModel
import Logging
import NetworkPlan
import Reconciler

extension Engine {
  /// Makes what the steps of a build run in: a sandbox on the networks that were asked for, as a container would get
  /// one, with addresses, names and a resolver, but without processes and without a record. An engine that is killed
  /// forgets it, and the next one takes the sandbox away, as nobody wishes for it.
  func openBuildPlace(_ request: BuildRequest) async throws -> Container {
    let parts = try parts
    var container = try designBuildPlace(request)
    var leases: [NetworkID: PluginLease] = [:]
    try takeNetwork(for: &container, leases: &leases)
    builds[container.id] = container
    do {
      try writeFiles(of: container)
      guard Self.hasSandbox(container) else { return container }
      try await parts.reconciler.set(.sandbox(container.id.rawValue), to: SandboxIntent.bare(container.id))
      for intent in endpointIntents(container) { try await networksInMaking[intent.network.id]?.value }
      await parts.connections?.settle(container.endpoints.flatMap(\.addresses), for: ConntrackCleaner.Holder(container))
      try await parts.reconciler.set(.sandbox(container.id.rawValue), to: try sandboxIntent(container).state())
      try await parts.dataPlane.apply(served(container).changes)
      return container
    } catch {
      await closeBuildPlace(container)
      throw Self.described("preparing the network of the build", error)
    }
  }

  private func designBuildPlace(_ request: BuildRequest) throws(EngineError) -> Container {
    let id = ContainerID.random()
    var configuration = ContainerConfiguration()
    configuration.hostname = id.short
    var host = HostConfiguration()
    host.extraHosts = request.extraHosts
    switch request.networkMode {
    case .container(let reference): host.networkMode = .container(try state.container(reference).id.rawValue)
    case .network(let reference):
      // The predefined networks by their ids, too.
      let network = try state.network(reference)
      host.networkMode = network.isPredefined ? NetworkMode(network.name) : .network(reference)
    default: host.networkMode = request.networkMode
    }
    if host.networkMode == .host { configuration.hostname = hostFacts.hostname }
    var container = Container(
      id: id, name: "build-\(id.short)", created: .now, configuration: configuration, host: host, imageID: "")
    try EndpointBuilder(request: ContainerCreateRequest(configuration: configuration), mode: host.networkMode)
      .add(to: &container, in: state)
    for network in container.endpoints.compactMap({ state.networks[$0.network] })
    where network.driver.isPlugin || network.asksForAddresses {
      let kind = network.driver == .overlay ? "which spans hosts" : "which a plugin makes"
      throw EngineError(.notImplemented, "building on network \(network.name), \(kind), is not implemented")
    }
    return container
  }

  /// Where the steps' network is; `nil`: it is the host's.
  func buildNamespace(_ place: Container) throws(EngineError) -> String? {
    switch try launchNetwork(of: place) {
    case .host: nil
    case .namespace(let path): path
    }
  }

  /// The files that its steps find in `/etc`: another container's where the network is that one's.
  func buildFiles(_ place: Container) -> ContainerFiles {
    if case .container(let other) = place.host.networkMode, let id = ContainerID(other) { return files(of: id) }
    return files(of: place.id)
  }

  func closeBuildPlace(_ place: Container) async {
    guard var container = builds.removeValue(forKey: place.id), let parts = try? parts else { return }
    if Self.hasSandbox(container) {
      let changes = served(container).changes(to: DataPlaneTable())
      if !changes.isEmpty { await attempting("withdrawing names") { try await parts.dataPlane.apply(changes) } }
      await parts.reconciler.remove(.sandbox(container.id.rawValue))
    }
    await parts.connections?.forget(container.endpoints.flatMap(\.addresses), of: ConntrackCleaner.Holder(container))
    giveBackNetwork(of: &container)
    await attempting("removing the files of a build") { try removeFiles(files(of: container.id)) }
  }
}
