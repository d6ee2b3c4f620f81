import Addressing
public import EngineModel
import Logging
import NetworkPlan
import Plugins
import Reconciler
import StateStore

extension Engine {
  /// - Returns: the network's id, and a warning that may be empty.
  public func createNetwork(_ request: NetworkCreateRequest) async throws -> (id: NetworkID, warning: String) {
    if request.isOverlay { return try await createOverlay(request) }
    let parts = try parts
    let host = try await parts.hostNetwork(HostNetwork.kinds(of: NetworkDriver(rawValue: request.driver)))
    let preparation: PluginPreparation
    do {
      preparation = try await prepare(request)
    } catch {
      throw Self.described("failed to create network \(request.name)", error)
    }
    // From here to the commit nothing is awaited.
    let creation: NetworkCreation
    do throws(EngineError) {
      creation = try beginCreation(try design(request, host, preparation).network(in: state, id: .random(), now: .now))
    } catch {
      state.cleanup.activate(preparation.cleanup)
      await cleanUp()
      throw error
    }
    let network = creation.network
    do {
      try await make(creation, preparation)
    } catch {
      // A plugin that never created the network has nothing to delete.
      if (error as? PluginFailure)?.mayHaveActed == false { state.cleanup.complete(creation.cleanup) }
      state.cleanup.activate(preparation.cleanup + creation.cleanup)
      state.remove(network)
      await takeDown(network, parts)
      abandon(creation.operation)
      await cleanUp()
      throw Self.described("failed to create network \(network.name)", error)
    }
    if network.options[BridgeOptions.nameKey] != nil { await openDockerUserChain() }
    emit("create", network)
    let warnings = [Self.warning(network)] + firewallWarnings(of: network)
    return (network.id, warnings.filter { !$0.isEmpty }.joined(separator: "; "))
  }

  func design(
    _ request: NetworkCreateRequest, _ host: HostNetwork, _ plugins: PluginPreparation
  ) -> NetworkBuilder {
    NetworkBuilder(
      request: request, pools: request.isOverlay ? [.overlay] + addressPools : addressPools, host: host,
      defaultOptions: configuration.defaultNetworkOptions, plugins: plugins, isInCluster: cluster != nil)
  }

  /// Where subnets come from: the administrator's pools, or else the defaults, and for IPv6 always something.
  /// These follow from the identity of a network that is this engine's alone.
  var addressPools: [SubnetPool] { addressPools(of: state.networkNames["bridge"] ?? state.networkNames["none"]) }

  func addressPools(of network: NetworkID?) -> [SubnetPool] {
    let pools = configuration.addressPools
    guard let network, !pools.contains(where: { $0.base.family == .ipv6 }) else { return pools }
    return pools + [.uniqueLocal(of: network)]
  }

  private struct NetworkCreation {
    let network: Network
    let fragment: KernelState
    let operation: OperationID
    /// Held entries: what the driver's plugin must be told if the creation fails.
    let cleanup: [UInt64]
  }

  /// Reserves a network's name, subnets and bridge, and commits the operation. Clients do not see the network yet.
  private func beginCreation(_ network: Network) throws(EngineError) -> NetworkCreation {
    let fragment = network.isConfigurationOnly ? KernelState() : try network.state()
    let parent = try ParentLinkDriver.parent(of: network)?.state
    let cleanup = state.cleanup.add(LeaveTasks.links(of: network), isHeld: true)
    do throws(EngineError) {
      let links = fragment.linksToMake + (parent?.linksToMake ?? [])
      let operation = try begin(.createNetwork(network.id, links: links))
      state.insert(network, isPending: true)
      return NetworkCreation(network: network, fragment: fragment, operation: operation, cleanup: cleanup)
    } catch {
      state.cleanup.complete(cleanup)
      throw error
    }
  }

  /// Creates a network's links and announces it. Containers that need the network meanwhile wait for that.
  private func make(_ creation: NetworkCreation, _ preparation: PluginPreparation) async throws {
    let network = creation.network
    let reconciler = try parts.reconciler
    let needsForwarding6 = network.enableIPv6 && network.driver == .bridge
    if needsForwarding6 { forwards6 = true }
    let needsHost = needsForwarding6 || network.driver.isPlugin
    let hostFragment = needsHost ? hostIntent.state() : KernelState()
    let parent = try ParentLinkDriver.parent(of: network)
    let task = Task {
      if needsHost { try await reconciler.set(.host, to: hostFragment) }
      if let parent { try await reconciler.set(.parent(parent.name.rawValue), to: parent.state) }
      try await reconciler.set(.network(network.id), to: creation.fragment)
      await self.passed("network links made")
      if network.driver.isPlugin { try await self.createAtPlugin(network) }
      try self.announce(creation, preparation)
    }
    networksInMaking[network.id] = task
    defer { networksInMaking[network.id] = nil }
    try await task.value
  }

  /// Commits the record of a network that is whole.
  private func announce(_ creation: NetworkCreation, _ preparation: PluginPreparation) throws(EngineError) {
    let entries = preparation.cleanup + creation.cleanup
    state.cleanup.complete(entries)
    try finish(creation.operation, with: [.putNetwork(creation.network)])
    state.insert(creation.network)
  }

  /// Filters: `driver`, `id`, `label`, `name`, `scope`, `type`, `dangling`. Sorted by name.
  public func networks(_ filters: Filters = Filters()) throws -> [NetworkView] {
    try filters.check(allowed: ["driver", "id", "label", "name", "scope", "type", "dangling"])
    let dangling = try filters.flag("dangling")
    if let type = filters["type"]?.first(where: { $0 != "custom" && $0 != "builtin" }) {
      throw EngineError(.invalidParameter, "invalid filter: 'type'='\(type)'")
    }
    return state.knownNetworks.filter { network in
      filters.allows("driver", network.driver.rawValue) && filters.begins("id", network.id.rawValue)
        && filters.matches(labels: network.labels) && filters.matches("name", network.name)
        && filters.allows("scope", network.scope.rawValue)
        && filters.allows("type", network.isPredefined ? "builtin" : "custom")
        && (dangling.map { $0 == (!network.isPredefined && state.attached[network.id]?.isEmpty ?? true) } ?? true)
    }.sorted { $0.name < $1.name }.map(view)
  }

  public func network(_ reference: String) throws -> NetworkView { view(try state.network(reference)) }

  private func view(_ network: Network) -> NetworkView {
    let attachments = (state.attached[network.id] ?? []).compactMap { id -> NetworkView.Attachment? in
      guard let container = state.containers[id],
        let endpoint = container.allEndpoints.first(where: { $0.network == network.id })
      else { return nil }
      let name = endpoint.id == container.gatewayEndpoint?.id ? "gateway_\(id.short)" : container.name
      return NetworkView.Attachment(container: id, name: name, endpoint: endpoint)
    }
    return NetworkView(
      network: network, attachments: attachments.sorted { $0.name < $1.name }, peers: peers(of: network))
  }

  public func removeNetwork(_ reference: String) async throws {
    try await remove(try state.network(reference))
  }

  /// - Throws: `forbidden` for one that is predefined or in use.
  func checkRemovable(_ network: Network) throws(EngineError) {
    guard !network.isPredefined else {
      throw EngineError(.forbidden, "\(network.name) is a pre-defined network and cannot be removed")
    }
    if let build = builds.values.first(where: { $0.endpoints.contains { $0.network == network.id } }) {
      throw EngineError(
        .forbidden, "error while removing network: network \(network.name) is in use by the build \(build.id.short)")
    }
    let holders = view(network).attachments
    guard holders.isEmpty else {
      let list = holders.map { "name:\"\($0.name)\" id:\"\($0.endpoint.id.short)\"" }.joined(separator: ", ")
      throw EngineError(
        .forbidden, "error while removing network: network \(network.name) has active endpoints (\(list))")
    }
    try checkUnusedElsewhere(network)
    if network.isConfigurationOnly,
      let user = state.networks.values.first(where: { $0.configurationFrom == network.name })
    {
      throw EngineError(
        .forbidden, "error while removing network: configuration network \(network.name) is in use by \(user.name)")
    }
  }

  private func remove(_ network: Network) async throws {
    let parts = try parts
    try checkRemovable(network)
    if network.driver == .overlay { try await forgetOverlay(network) }
    let tasks = network.isConfigurationOnly ? [] : state.cleanup.add(LeaveTasks.removing(network), isHeld: true)
    let operation: OperationID
    do throws(EngineError) {
      operation = try begin(.removeNetwork(network.id))
    } catch {
      state.cleanup.complete(tasks)
      throw error
    }
    state.remove(network)
    // The database has the record, and with it the name, until the links are deleted.
    state.reserveName(of: network)
    _ = try? await networksInMaking[network.id]?.value
    let end = Promise<Void>()
    networksInMaking[network.id] = Task { await end.value }
    defer {
      state.releaseName(of: network)
      networksInMaking[network.id] = nil
      end.keep(())
    }
    await passed("network removal recorded")
    await takeDown(network, parts)
    await passed("network links deleted")
    state.cleanup.activate(tasks)
    try finish(operation, with: [.removeNetwork(network.id)])
    await passed("network record deleted")
    await cleanUp()
    emit("destroy", network)
  }

  /// Deletes what a network, which is no longer in the state, has in the kernel.
  func takeDown(_ network: Network, _ parts: Parts) async {
    if let settings = try? BridgeDriver.settingsToLeave(network), !settings.isEmpty {
      await attempting("putting back the settings of \(network.adopted?.name.rawValue ?? "")") {
        try await parts.reconciler.set(.network(network.id), to: settings)
      }
    }
    await removeBridges(of: network, parts)
    await parts.reconciler.remove(.network(network.id))
    if network.driver.isPlugin {
      await attempting("closing the host") { try await parts.reconciler.set(.host, to: hostIntent.state()) }
    }
    if let parent = lastParent(of: network) { await parts.reconciler.remove(.parent(parent.rawValue)) }
    if network.options[BridgeOptions.nameKey] != nil { await openDockerUserChain() }
  }

  /// The link that was made for the network and that no other one stands on.
  func lastParent(of network: Network) -> InterfaceName? {
    guard let parent = (try? ParentLinkDriver.parent(of: network))?.name else { return nil }
    let isShared = state.networks.values.contains { other in
      other.id != network.id && (try? ParentLinkDriver.parent(of: other))?.name == parent
    }
    return isShared ? nil : parent
  }

  /// What was asked for and has no effect.
  static func warning(_ network: Network) -> String {
    network.unknownOptions.map { "the driver \(network.driver) knows no option \($0): it has no effect" }
      .joined(separator: "; ")
  }

  /// Filters: `label`, `label!`, `until`. The names of what was removed.
  public func pruneNetworks(_ filters: Filters = Filters()) async throws -> PruneResult {
    var result = PruneResult()
    for network in try prunableNetworks(filters) where state.networks[network.id] != nil {
      do {
        try await remove(network)
        result.removed.append(network.name)
      } catch let error as EngineError where error.code == .forbidden || error.code == .unavailable {
        // Somebody came onto it meanwhile: it is in use. Or the cluster cannot be asked now whether it is.
        logger.debug("not pruned: \(error)")
      }
    }
    emitPrune(.network, reclaimed: 0)
    return result
  }

  /// Those that nobody uses, sorted by name.
  func prunableNetworks(_ filters: Filters) throws(EngineError) -> [Network] {
    try filters.check(allowed: ["label", "label!", "until"])
    let until = try filters.until(now: .now)
    return state.knownNetworks.filter { network in
      // One that only holds options for others has no containers of its own, ever; Docker lets it be, too.
      !network.isPredefined && !network.isConfigurationOnly && !network.isGatewayBridge && !isUsedElsewhere(network)
        && state.attached[network.id]?.isEmpty ?? true
        && filters.matches(labels: network.labels) && (until.map { network.created < $0 } ?? true)
    }.sorted { $0.name < $1.name }
  }

  /// What the host needs as a whole, given the networks there are.
  var hostIntent: HostIntent {
    var intent = HostIntent(
      becameRouter4: becameRouter.ipv4, becameRouter6: becameRouter.ipv6,
      forwards6: forwards6 || state.networks.values.contains { $0.enableIPv6 && $0.driver == .bridge })
    for network in state.networks.values where network.driver.isPlugin {
      intent.foreign += network.ipam.pools.compactMap(\.subnet)
    }
    intent.tunnels = tunnels
    intent.neighbours = foreign.neighbours
    return intent
  }

  /// An error of something beneath as one of the engine; one that is already is passed on.
  static func described(_ doing: String, _ error: any Error) -> EngineError {
    if let error = error as? EngineError { return error }
    if let failure = error as? PluginFailure {
      return EngineError(failure.code, "\(doing): \(failure)")
    }
    if error is CancellationError { return EngineError(.cancelled, "\(doing): cancelled") }
    return EngineError(.system, "\(doing): \(error)", cause: error)
  }
}
