import Addressing
import DataPlane
package import EngineModel
import Logging
import NetworkPlan
import Plugins
import Reconciler
import StateStore

extension Engine {
  package func connect(network reference: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws
  {
    let parts = try parts
    let network = try state.network(reference).id
    let id = try state.container(container).id
    try await withLock(on: id) {
      let lease = try await leaseForConnecting(id, to: network, settings)
      let old: Container
      var new: Container
      do throws(EngineError) {
        old = try record(id)
        new = try connected(old, to: network, settings, lease)
      } catch {
        if let lease { await releaseLeases([network: lease]) }
        throw error
      }
      let isLive = new.state.isRunning && new.state.status != .restarting
      var operation: OperationID?
      do {
        if isLive { operation = try begin(connecting(new, from: old), with: [.putContainer(new)]) }
        if isLive { state.put(new) } else { try mutate(id) { $0.copyNetworking(from: new) } }
      } catch {
        releaseAdditions(of: &new, beyond: old)
        await cleanUp()
        throw error
      }
      guard isLive, let operation else { return }
      await checkpoint("endpoint recorded")
      do {
        try await networkActivity.creation(of: network)?.value
        try await joinPlugins(&new)
        try await publishEndpoints(of: new)
        if try await updateGatewayEndpoint(of: &new) { try commitGatewayEndpoint(of: new) }
        try await move(from: old, to: new, parts)
        await checkpoint("endpoint made")
        try await publishAtPlugins(new)
      } catch {
        try await moveBack(from: new, to: old, parts)
        abandon(operation)
        throw Self.described("failed to connect container to network", error)
      }
      abandon(operation)
      await releaseGatewayEndpoint(of: old, unlessHeldBy: new, parts)
      if let network = state.networks[network] { emit("connect", network, id) }
      await refreshLinks(to: id)
    }
  }

  /// The operation by which a running container gets one more endpoint.
  private func connecting(_ new: Container, from old: Container) -> Operation {
    let known = (try? sandboxIntent(old).state().linksToMake) ?? []
    let links = (try? sandboxIntent(new).state().linksToMake) ?? []
    let endpoint = new.endpoints.last?.id ?? .random()
    return .connect(new.id, endpoint, links: links.filter { !known.contains($0) })
  }

  /// Asks the IPAM plugin or the cluster store for the addresses of a running container's new endpoint.
  private func leaseForConnecting(
    _ id: ContainerID, to network: NetworkID, _ settings: EndpointSettings
  ) async throws -> PluginLease? {
    guard let target = state.networks[network], target.asksForAddresses, isRunning(try record(id)) else { return nil }
    do {
      return try await leasePluginAddress(on: target, settings, for: id)
    } catch {
      throw Self.described("failed to connect container to network", error)
    }
  }

  /// The record with one more endpoint. If the container runs, the endpoint gets addresses.
  ///
  /// - Parameter lease: addresses from an IPAM plugin or the cluster store.
  func connected(
    _ container: Container, to id: NetworkID, _ settings: EndpointSettings, _ lease: PluginLease? = nil
  ) throws(EngineError) -> Container {
    guard let network = state.networks[id] else { throw EngineError(.notFound, "network \(id) not found") }
    try checkConnectable(container, network)
    try EndpointBuilder.check(settings, on: network)
    guard !container.endpoints.contains(where: { $0.network == id }) else {
      throw EngineError(
        .forbidden, "endpoint with name \(container.name) already exists in network \(network.name)")
    }
    var result = container
    var endpoint = Endpoint(id: .random(), network: id, container: container.id, settings: settings)
    if isRunning(container) { try leaseEndpoint(&endpoint, of: container, lease) }
    result.endpoints.append(endpoint)
    removeUnneededGatewayEndpoint(of: &result)
    do throws(EngineError) {
      if isRunning(container) { try leasePorts(for: &result) }
    } catch {
      state.release(&endpoint)
      throw error
    }
    return result
  }

  func isRunning(_ container: Container) -> Bool {
    container.state.status == .running || container.state.status == .paused
  }

  private func checkConnectable(_ container: Container, _ network: Network) throws(EngineError) {
    if transient.machines[container.id]?.isRemoving == true {
      throw EngineError(
        .conflict,
        "Container \(container.id) is marked for removal and cannot be connected or disconnected to the network")
    }
    func refuse(_ text: String) -> EngineError { EngineError(.invalidParameter, text) }
    switch container.host.networkMode {
    case .host:
      throw refuse("container cannot be disconnected from host network or connected to host network")
    case .container:
      throw refuse(
        "container sharing network namespace with another container or host cannot be connected to any other network")
    case .none:
      throw refuse(
        "container cannot be connected to multiple networks with one of the networks in private (none) mode")
    case .default, .bridge, .network: break
    }
    if let refusal = network.behavior.connectionRefusal { throw refuse(refusal) }
  }

  /// - Parameter force: continue after a failure.
  package func disconnect(network reference: String, container: String, force: Bool = false) async throws {
    let parts = try parts
    let network = try state.network(reference)
    let id = try state.container(container).id
    try await withLock(on: id) {
      let old = try record(id)
      var (new, index) = try disconnected(old, from: network)
      guard isRunning(old) else { return try mutate(id) { $0.copyNetworking(from: new) } }
      var removed = old.endpoints[index]
      let tasks = state.cleanup.add(RemovalCleanup.leaving(removed, on: network), isHeld: true)
      let operation: OperationID
      do throws(EngineError) {
        operation = try begin(.disconnect(id), with: [.putContainer(new)])
        state.put(new)
      } catch {
        state.cleanup.complete(tasks)
        throw error
      }
      await checkpoint("disconnection recorded")
      do {
        if try await updateGatewayEndpoint(of: &new) { try commitGatewayEndpoint(of: new) }
        try await move(from: old, to: new, parts)
      } catch {
        if !force {
          state.cleanup.complete(tasks)
          try await moveBack(from: new, to: old, parts)
          abandon(operation)
          throw Self.described("failed to disconnect container from network", error)
        }
        logger.warning("disconnecting \(id.short) with force: \(error)")
      }
      await checkpoint("endpoint deleted")
      abandon(operation)
      await parts.connections?.scheduleRemoval(old.endpoints[index].addresses, of: ConntrackCleaner.Holder(old))
      // Now others may lease the addresses. The cleanup queue already contains the calls to plugins.
      removed.pluginEndpoint = nil
      if network.ipam.isPlugin { (removed.ipv4, removed.ipv6) = (nil, nil) }
      state.release(&removed)
      state.cleanup.activate(tasks)
      await releaseGatewayEndpoint(of: old, unlessHeldBy: new, parts)
      await cleanUp()
      emit("disconnect", network, id)
      await refreshLinks(to: id)
    }
  }

  /// The record without the endpoint, and the endpoint's index in the old record.
  func disconnected(_ container: Container, from network: Network) throws(EngineError) -> (Container, index: Int) {
    try checkDisconnectable(container)
    guard let index = container.endpoints.firstIndex(where: { $0.network == network.id }) else {
      throw EngineError(.forbidden, "container \(container.id) is not connected to network \(network.name)")
    }
    var result = container
    result.endpoints.remove(at: index)
    removeUnneededGatewayEndpoint(of: &result)
    // If no other network can publish the ports, they are no longer published.
    if isRunning(container), !needsGateway(result) {
      let intent = sandboxIntent(result)
      if (intent.gateway(.ipv4) ?? intent.gateway(.ipv6)) == nil { result.publications = [] }
    }
    return (result, index)
  }

  private func checkDisconnectable(_ container: Container) throws(EngineError) {
    if transient.machines[container.id]?.isRemoving == true {
      throw EngineError(
        .conflict,
        "Container \(container.id) is marked for removal and cannot be connected or disconnected to the network")
    }
    if container.host.networkMode == .host {
      throw EngineError(
        .invalidParameter, "container cannot be disconnected from host network or connected to host network")
    }
  }

  /// Changes the kernel, the data plane and the container's files from one record to another.
  private func move(from old: Container, to new: Container, _ parts: Parts) async throws {
    let changes = dataPlaneTable(of: old).changes(to: dataPlaneTable(of: new))
    // When an endpoint is removed, its name is removed first, so that no DNS answer contains a dead address.
    if new.endpoints.count < old.endpoints.count, !changes.isEmpty { try await parts.dataPlane.apply(changes) }
    await parts.connections?.finishRemoval(new.allEndpoints.flatMap(\.addresses), for: ConntrackCleaner.Holder(new))
    try await createNeededBridges(of: new, parts)
    try await updateSandbox(of: new)
    await updateLeftOverlays(Set(old.endpoints.map(\.network)).subtracting(new.endpoints.map(\.network)))
    if new.endpoints.count >= old.endpoints.count, !changes.isEmpty { try await parts.dataPlane.apply(changes) }
    try updateFiles(of: new)
  }

  private func moveBack(from new: Container, to old: Container, _ parts: Parts) async throws {
    await attempting("undoing the change to \(old.id.short)") { try await self.move(from: new, to: old, parts) }
    let left = Set(new.endpoints.map(\.network)).subtracting(old.endpoints.map(\.network))
    var new = new
    releaseAdditions(of: &new, beyond: old)
    // Only the networking: the name, the links or the state may have changed meanwhile.
    try mutate(old.id) { $0.copyNetworking(from: old) }
    await updateLeftOverlays(left)
    await cleanUp()
  }

  /// Releases what the new record holds and the old one does not.
  private func releaseAdditions(of new: inout Container, beyond old: Container) {
    let kept = Set(old.endpoints.map(\.id))
    for index in new.endpoints.indices where !kept.contains(new.endpoints[index].id) {
      state.release(&new.endpoints[index])
    }
    if old.gatewayEndpoint?.id != new.gatewayEndpoint?.id { releaseGatewayEndpoint(of: &new) }
    if old.publications.isEmpty { releasePorts(of: &new) }
  }
}
