import Addressing
import DataPlane
public import EngineModel
import Logging
import NetworkPlan
import Plugins
import Reconciler
import StateStore

extension Engine {
  public func connect(network reference: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws
  {
    let parts = try parts
    let network = try state.network(reference).id
    let id = try state.container(container).id
    try await alone(with: id) {
      let lease = try await leaseForConnecting(id, to: network, settings)
      let old: Container
      var new: Container
      do throws(EngineError) {
        old = try record(id)
        new = try connected(old, to: network, settings, lease)
      } catch {
        if let lease { await giveBack([network: lease]) }
        throw error
      }
      let isRunning = new.state.isRunning && new.state.status != .restarting
      var operation: OperationID?
      do {
        if isRunning { operation = try begin(connecting(new, from: old), with: [.putContainer(new)]) }
        if isRunning { state.put(new) } else { try keep(new) }
      } catch {
        giveBack(&new, keeping: old)
        await cleanUp()
        throw error
      }
      guard isRunning, let operation else { return }
      await passed("endpoint recorded")
      do {
        try await networksInMaking[network]?.value
        try await joinPlugins(&new)
        try await publishPlaces(of: new)
        if try await settleGateway(of: &new) { try keepGateway(of: new) }
        try await move(from: old, to: new, parts)
        await passed("endpoint made")
        try await publishAtPlugins(new)
      } catch {
        try await moveBack(from: new, to: old, parts)
        abandon(operation)
        throw Self.described("failed to connect container to network", error)
      }
      abandon(operation)
      await releaseGateway(of: old, unlessHeldBy: new, parts)
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

  /// What an IPAM plugin gives for an endpoint that is to come up now.
  private func leaseForConnecting(
    _ id: ContainerID, to network: NetworkID, _ settings: EndpointSettings
  ) async throws -> PluginLease? {
    guard let wanted = state.networks[network], wanted.asksForAddresses, runsNow(try record(id)) else { return nil }
    do {
      return try await askAddress(on: wanted, settings, for: id)
    } catch {
      throw Self.described("failed to connect container to network", error)
    }
  }

  /// The record with one more endpoint; where the container runs, with an address taken for it.
  ///
  /// - Parameter lease: what an IPAM plugin gave for it.
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
    if runsNow(container) { try take(&endpoint, of: container, lease) }
    result.endpoints.append(endpoint)
    dropGateway(of: &result)
    do throws(EngineError) {
      if runsNow(container) { try takePorts(for: &result) }
    } catch {
      state.release(&endpoint)
      throw error
    }
    return result
  }

  func runsNow(_ container: Container) -> Bool {
    container.state.status == .running || container.state.status == .paused
  }

  private func checkConnectable(_ container: Container, _ network: Network) throws(EngineError) {
    if lives[container.id]?.isRemoving == true {
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
    if network.driver == .host {
      throw refuse("container cannot be disconnected from host network or connected to host network")
    }
    if network.driver == .null {
      throw refuse(
        "container cannot be connected to multiple networks with one of the networks in private (none) mode")
    }
  }

  /// - Parameter force: also where the container is not there any more or its side fails.
  public func disconnect(network reference: String, container: String, force: Bool = false) async throws {
    let parts = try parts
    let network = try state.network(reference)
    let id = try state.container(container).id
    try await alone(with: id) {
      let old = try record(id)
      var (new, index) = try disconnected(old, from: network)
      guard runsNow(old) else { return try keep(new) }
      var gone = old.endpoints[index]
      let tasks = state.cleanup.add(LeaveTasks.leaving(gone, on: network), isHeld: true)
      let operation: OperationID
      do throws(EngineError) {
        operation = try begin(.disconnect(id), with: [.putContainer(new)])
        state.put(new)
      } catch {
        state.cleanup.complete(tasks)
        throw error
      }
      await passed("disconnection recorded")
      do {
        if try await settleGateway(of: &new) { try keepGateway(of: new) }
        try await move(from: old, to: new, parts)
      } catch {
        if !force {
          state.cleanup.complete(tasks)
          try await moveBack(from: new, to: old, parts)
          abandon(operation)
          throw Self.described("failed to disconnect container from network", error)
        }
        logger.warning("disconnecting \(id.short) by force: \(error)")
      }
      await passed("endpoint deleted")
      abandon(operation)
      await parts.connections?.forget(old.endpoints[index].addresses, of: ConntrackCleaner.Holder(old))
      // Only now may others have what it held.
      // The cleanup queue has what plugins must be told.
      gone.place = nil
      if network.ipam.isPlugin { (gone.ipv4, gone.ipv6) = (nil, nil) }
      state.release(&gone)
      state.cleanup.activate(tasks)
      await releaseGateway(of: old, unlessHeldBy: new, parts)
      await cleanUp()
      emit("disconnect", network, id)
      await refreshLinks(to: id)
    }
  }

  /// The record with one endpoint less, and where that was in the list.
  func disconnected(_ container: Container, from network: Network) throws(EngineError) -> (Container, index: Int) {
    try checkDisconnectable(container)
    guard let index = container.endpoints.firstIndex(where: { $0.network == network.id }) else {
      throw EngineError(.forbidden, "container \(container.id) is not connected to network \(network.name)")
    }
    var result = container
    result.endpoints.remove(at: index)
    dropGateway(of: &result)
    // Ports go with the network that carried them, and come back on another one that can.
    if runsNow(container), !needsGateway(result) {
      let intent = sandboxIntent(result)
      if (intent.gateway(.ipv4) ?? intent.gateway(.ipv6)) == nil { result.publications = [] }
    }
    return (result, index)
  }

  private func checkDisconnectable(_ container: Container) throws(EngineError) {
    if lives[container.id]?.isRemoving == true {
      throw EngineError(
        .conflict,
        "Container \(container.id) is marked for removal and cannot be connected or disconnected to the network")
    }
    if container.host.networkMode == .host {
      throw EngineError(
        .invalidParameter, "container cannot be disconnected from host network or connected to host network")
    }
  }

  /// Brings the kernel, the data plane and the container's files from one record to another.
  private func move(from old: Container, to new: Container, _ parts: Parts) async throws {
    let changes = served(old).changes(to: served(new))
    // What is taken away is taken from the data plane first, so that nobody is told an address that is gone.
    if new.endpoints.count < old.endpoints.count, !changes.isEmpty { try await parts.dataPlane.apply(changes) }
    await parts.connections?.settle(new.allEndpoints.flatMap(\.addresses), for: ConntrackCleaner.Holder(new))
    try await joinBridges(of: new, parts)
    try await parts.reconciler.set(.sandbox(new.id.rawValue), to: try sandboxIntent(new).state())
    await leaveOverlays(Set(old.endpoints.map(\.network)).subtracting(new.endpoints.map(\.network)))
    if new.endpoints.count >= old.endpoints.count, !changes.isEmpty { try await parts.dataPlane.apply(changes) }
    try writeFiles(of: new)
  }

  private func moveBack(from new: Container, to old: Container, _ parts: Parts) async throws {
    await attempting("undoing the change to \(old.id.short)") { try await self.move(from: new, to: old, parts) }
    let left = Set(new.endpoints.map(\.network)).subtracting(old.endpoints.map(\.network))
    var new = new
    giveBack(&new, keeping: old)
    try keep(old)
    await leaveOverlays(left)
    await cleanUp()
  }

  /// Gives back what one record holds beyond another.
  private func giveBack(_ new: inout Container, keeping old: Container) {
    let kept = Set(old.endpoints.map(\.id))
    for index in new.endpoints.indices where !kept.contains(new.endpoints[index].id) {
      state.release(&new.endpoints[index])
    }
    if old.gatewayEndpoint?.id != new.gatewayEndpoint?.id { giveBackGateway(of: &new) }
    if old.publications.isEmpty { giveBackPorts(of: &new) }
  }
}
