import Coordination
import Addressing
package import EngineModel
import Kernel
import Logging
import NetworkPlan
import Plugins
import Reconciler
import StateStore

extension Engine {
  /// - Returns: the network's id, and a warning, which may be empty.
  package func createNetwork(_ request: NetworkCreateRequest) async throws -> (id: NetworkID, warning: String) {
    if request.spansHosts { return try await createOverlay(request) }
    let parts = try parts
    let host = try await parts.hostNetwork(request.behavior.linkKinds)
    let preparation: PluginPreparation
    do {
      preparation = try await prepare(request)
    } catch {
      throw Self.described("failed to create network \(request.name)", error)
    }
    // No await between reading the state and the commit.
    let creation: NetworkCreation
    do throws(EngineError) {
      creation = try beginCreation(
        try networkBuilder(for: request, host, preparation).network(in: state, id: .random(), now: .now))
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
      let isAtPlugin = (error as? PluginFailure)?.mayHaveActed ?? (error is AnnouncementFailure)
      if !isAtPlugin { state.cleanup.complete(creation.cleanup) }
      state.cleanup.activate(preparation.cleanup + creation.cleanup)
      state.remove(network)
      await removeKernelState(of: network, parts)
      abandon(creation.operation)
      await cleanUp()
      let cause: any Error = (error as? AnnouncementFailure)?.cause ?? error
      throw Self.described("failed to create network \(network.name)", cause)
    }
    if network.options[BridgeOptions.nameKey] != nil { await updateDockerUserChain() }
    await updateFirewalldZone()
    emit("create", network)
    logWiderRoutes(around: network, host)
    let warnings = [Self.warning(network)] + firewallWarnings(of: network)
    return (network.id, warnings.filter { !$0.isEmpty }.joined(separator: "; "))
  }

  /// Says where the engine had to choose a subnet within a route of the host.
  func logWiderRoutes(around network: Network, _ host: HostNetwork) {
    for pool in network.ipam.pools where pool.isAutomatic == true {
      guard let subnet = pool.subnet, let claim = host.space.claims(around: subnet).first(where: \.isRoute),
        claim.prefix != subnet
      else { continue }
      logger.warning(
        """
        every subnet of the address pools is within a route of this host; hosts behind that route that have an address \
        of the network's subnet cannot be reached. Name free pools with default-address-pools, or a subnet with --subnet
        """,
        metadata: ["network": "\(network.name)", "subnet": "\(subnet)", "route": "\(claim.prefix)"])
    }
  }

  func networkBuilder(
    for request: NetworkCreateRequest, _ host: HostNetwork, _ plugins: PluginPreparation
  ) -> NetworkBuilder {
    NetworkBuilder(
      request: request, pools: request.behavior.preferredPools + addressPools, host: host,
      defaultOptions: configuration.defaultNetworkOptions, plugins: plugins, isInCluster: cluster != nil)
  }

  /// The pools for new subnets: the administrator's or the default ones, and for IPv6 unique local addresses that derive
  /// from the id of the default bridge.
  var addressPools: [SubnetPool] { addressPools(of: state.networkNames["bridge"] ?? state.networkNames["none"]) }

  func addressPools(of network: NetworkID?) -> [SubnetPool] {
    let pools = configuration.addressPools
    guard let network, !pools.contains(where: { $0.base.family == .ipv6 }) else { return pools }
    return pools + [.uniqueLocal(of: network)]
  }

  private struct NetworkCreation {
    let network: Network
    let operation: OperationID
    /// Held entries: what the driver's plugin must be told if the creation fails.
    let cleanup: [UInt64]
  }

  /// Reserves a network's name, subnets and bridge, and commits the operation. Clients do not see the network yet.
  private func beginCreation(_ network: Network) throws(EngineError) -> NetworkCreation {
    let fragment = network.isConfigurationOnly ? KernelState() : try network.state()
    let parent = try network.behavior.createdParent(of: network)?.state
    let cleanup = state.cleanup.add(RemovalCleanup.links(of: network), isHeld: true)
    do throws(EngineError) {
      let links = fragment.linksToMake + (parent?.linksToMake ?? [])
      let operation = try begin(.createNetwork(network.id, links: links))
      state.insert(network, isPending: true)
      return NetworkCreation(network: network, operation: operation, cleanup: cleanup)
    } catch {
      state.cleanup.complete(cleanup)
      throw error
    }
  }

  /// Creates a network's links and announces it. Containers that need the network meanwhile wait for that.
  private func make(_ creation: NetworkCreation, _ preparation: PluginPreparation) async throws {
    let network = creation.network
    let reconciler = try parts.reconciler
    let needsForwarding6 = network.enableIPv6 && network.isRoutedByHost
    if needsForwarding6 { hostState.forwardsIPv6 = true }
    let needsHost = needsForwarding6 || network.driver.isPlugin
    let parent = try network.behavior.createdParent(of: network)
    let task = Task {
      if needsHost { try await self.updateHost() }
      if let parent { try await reconciler.update(.parent(parent.name.rawValue)) { parent.state } }
      try await self.updateNetwork(network.id)
      await self.checkpoint("network links made")
      if network.driver.isPlugin { try await self.createAtPlugin(network) }
      try self.announce(creation, preparation)
    }
    networkActivity.beginCreation(of: network.id, task)
    defer { networkActivity.endCreation(of: network.id) }
    try await task.value
  }

  /// The network exists, and its record could not be committed.
  private struct AnnouncementFailure: Error {
    let cause: EngineError
  }

  /// Commits the record of a network that is whole.
  private func announce(_ creation: NetworkCreation, _ preparation: PluginPreparation) throws(AnnouncementFailure) {
    let before = state.cleanup
    state.cleanup.complete(preparation.cleanup + creation.cleanup)
    do throws(EngineError) {
      try finish(creation.operation, with: [.putNetwork(creation.network)])
    } catch {
      // Nothing was awaited: the entries are as they were.
      state.cleanup = before
      throw AnnouncementFailure(cause: error)
    }
    state.insert(creation.network)
  }

  /// Filters: `driver`, `id`, `label`, `name`, `scope`, `type`, `dangling`. Sorted by name.
  package func networks(_ filters: Filters = Filters()) throws -> [NetworkView] {
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

  package func network(_ reference: String) throws -> NetworkView { view(try state.network(reference)) }

  private func view(_ network: Network) -> NetworkView {
    let attachments = (state.attached[network.id] ?? []).compactMap { id -> NetworkView.Attachment? in
      guard let container = state.containers[id],
        let endpoint = container.allEndpoints.first(where: { $0.network == network.id })
      else { return nil }
      let name = endpoint.id == container.gatewayEndpoint?.id ? "gateway_\(id.short)" : container.name
      return NetworkView.Attachment(container: id, name: name, endpoint: endpoint)
    }
    var view = NetworkView(
      network: network, attachments: attachments.sorted { $0.name < $1.name }, peers: peers(of: network))
    view.poolUses = (state.leases[network.id] ?? []).map(\.use)
    return view
  }

  package func removeNetwork(_ reference: String) async throws {
    try await remove(try state.network(reference))
  }

  /// - Throws: `forbidden` for a network that is predefined or in use.
  func checkRemovable(_ network: Network) throws(EngineError) {
    guard !network.isPredefined else {
      throw EngineError(.forbidden, "\(network.name) is a pre-defined network and cannot be removed")
    }
    if let build = transient.builds.user(of: network.id) {
      throw EngineError(
        .forbidden, "error while removing network: network \(network.name) is in use by the build \(build.id.short)")
    }
    let holders = view(network).attachments
    guard holders.isEmpty else {
      let list = holders.map { "name:\"\($0.name)\" id:\"\($0.endpoint.id.short)\"" }.joined(separator: ", ")
      throw EngineError(
        .forbidden, "error while removing network: network \(network.name) has active endpoints (\(list))")
    }
    try checkUnusedOnOtherNodes(network)
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
    if network.spansHosts { try await removeOverlayFromStore(network) }
    let tasks = network.isConfigurationOnly ? [] : state.cleanup.add(RemovalCleanup.removing(network), isHeld: true)
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
    _ = try? await networkActivity.creation(of: network.id)?.value
    let end = OneShot<Void, Never>()
    networkActivity.beginCreation(of: network.id, Task { await end.value() })
    defer {
      state.releaseName(of: network)
      networkActivity.endCreation(of: network.id)
      end.succeed()
    }
    await checkpoint("network removal recorded")
    await removeKernelState(of: network, parts)
    await checkpoint("network links deleted")
    state.cleanup.activate(tasks)
    try finish(operation, with: [.removeNetwork(network.id)])
    await checkpoint("network record deleted")
    await cleanUp()
    emit("destroy", network)
  }

  /// Removes the links, addresses and firewall elements of a network that is no longer in the state.
  func removeKernelState(of network: Network, _ parts: Parts) async {
    if let settings = try? network.behavior.stateToRestore(for: network), !settings.isEmpty {
      await attempting("restoring the settings of \(network.adopted?.name.rawValue ?? "")") {
        try await parts.reconciler.update(.network(network.id)) { settings }
      }
    }
    await removeMemberBridges(of: network, parts)
    await parts.reconciler.remove(.network(network.id))
    if network.driver.isPlugin {
      await attempting("updating the host's firewall") { try await self.updateHost() }
    }
    if let parent = lastParent(of: network) {
      await parts.reconciler.remove(.parent(parent.rawValue)) { await self.lastParent(of: network) == parent }
    }
    if network.options[BridgeOptions.nameKey] != nil { await updateDockerUserChain() }
    await updateFirewalldZone()
  }

  /// The parent link that the engine created for this network alone.
  func lastParent(of network: Network) -> InterfaceName? {
    guard let parent = network.createdParentName else { return nil }
    let isShared = state.networks.values.contains { other in
      other.id != network.id && other.createdParentName == parent
    }
    return isShared ? nil : parent
  }

  /// The warning about options without effect; may be empty.
  static func warning(_ network: Network) -> String {
    network.unknownOptions.map { "the driver \(network.driver) knows no option \($0): it has no effect" }
      .joined(separator: "; ")
  }

  /// Filters: `label`, `label!`, `until`.
  ///
  /// - Returns: the names of the removed networks.
  package func pruneNetworks(_ filters: Filters = Filters()) async throws -> PruneResult {
    var result = PruneResult()
    for network in try prunableNetworks(filters) where state.networks[network.id] != nil {
      do {
        try await remove(network)
        result.removed.append(network.name)
      } catch let error as EngineError where error.code == .forbidden || error.code == .unavailable {
        // A container was connected meanwhile, or the cluster store is unavailable.
        logger.debug("network not removed: \(error)")
      }
    }
    emitPrune(.network, reclaimed: 0)
    return result
  }

  /// The networks that nothing uses, sorted by name.
  func prunableNetworks(_ filters: Filters) throws(EngineError) -> [Network] {
    try filters.check(allowed: ["label", "label!", "until"])
    let until = try filters.until(now: .now)
    return state.knownNetworks.filter { network in
      // Configuration-only networks never have containers; Docker does not remove them either.
      !network.isPredefined && !network.isConfigurationOnly && !network.isGatewayBridge && !isUsedInCluster(network)
        && state.attached[network.id]?.isEmpty ?? true
        && filters.matches(labels: network.labels) && (until.map { network.created < $0 } ?? true)
    }.sorted { $0.name < $1.name }
  }

  /// An error of a lower layer as an `EngineError` that says what failed.
  static func described(_ doing: String, _ error: any Error) -> EngineError {
    if let error = error as? EngineError { return error }
    if let failure = error as? PluginFailure {
      return EngineError(failure.code, "\(doing): \(failure)")
    }
    if error is CancellationError { return EngineError(.cancelled, "\(doing): cancelled") }
    return EngineError(.system, "\(doing): \(error)", cause: error)
  }
}
