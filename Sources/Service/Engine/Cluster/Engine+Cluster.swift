import Addressing
import Cluster
import ClusterStore
import DataPlane
import EngineModel
import Logging
import NameService
import NetworkPlan
import Reconciler
import StateStore

/// The engine as one of a cluster: it follows the store that all hosts share, and keeps a copy of what stands there.
extension Engine {
  private static let settingPrefix = "cluster:"

  /// Takes up what was known of the cluster when an engine last ran here. The store may be out of reach for now.
  func recallCluster(_ settings: [String: String], _ parts: Parts) async {
    var texts: [String: String] = [:]
    for (key, text) in settings where key.hasPrefix(Self.settingPrefix) {
      texts[String(key.dropFirst(Self.settingPrefix.count))] = text
    }
    guard let configuration = configuration.cluster, parts.cluster != nil else {
      if !texts.isEmpty { logger.warning("this host was in a cluster, and its engine is told of none now") }
      return
    }
    var known = ClusterState(configuration, node: identity)
    let outcome = known.records.replace(with: texts, revision: 0)
    cluster = known
    for (network, addresses) in outcome.taken { for address in addresses { state.occupy(address, on: network) } }
    await findTunnel(parts)
  }

  /// The address to advertise may come and go with a link of the host's.
  private func findTunnel(_ parts: Parts) async {
    guard let configuration = cluster?.configuration else { return }
    do {
      guard let underlay = try await parts.underlay?(configuration.advertise) else {
        cluster?.tunnel = nil
        logger.error("\(Self.noTunnel(configuration))")
        return
      }
      cluster?.tunnel = OverlayDriver.Tunnel(
        local: underlay.address, port: configuration.port, underlayMTU: underlay.mtu)
    } catch {
      logger.error("looking for the address to advertise: \(error)")
    }
  }

  /// Where the address is another one now, tunnels begin there.
  private func renewTunnel() async throws {
    let before = cluster?.tunnel
    await findTunnel(try parts)
    guard cluster?.tunnel != before else { return }
    for network in state.attached.keys where state.networks[network]?.driver == .overlay {
      await attempting("moving the tunnels of network \(network.short)") { try await refreshOverlay(network) }
    }
  }

  static func noTunnel(_ configuration: ClusterConfiguration) -> String {
    "this host has no address for its cluster: \(configuration.advertise), given as cluster-advertise, is none of its "
      + "addresses and none of its links that has one"
  }

  // MARK: Following

  func beginCluster(_ parts: Parts) {
    guard cluster != nil, let store = parts.cluster else { return }
    clusterFollower = Task { [weak self] in
      var delay = Duration.milliseconds(200)
      while !Task.isCancelled {
        let start = ContinuousClock.now
        do {
          try await self?.follow(store)
        } catch {
          await self?.didLose(store, error)
        }
        // A connection that stood for a while was a good one.
        delay = start.duration(to: .now) > .seconds(10) ? .milliseconds(200) : min(delay * 2, .seconds(4))
        do { try await Task.sleep(for: delay) } catch { return }
      }
    }
  }

  /// Until the store cannot be followed any more.
  private func follow(_ store: any ClusterStorePort) async throws {
    let snapshot = try await store.snapshot()
    try await renewTunnel()
    guard let outcome = cluster?.records.replace(with: snapshot.texts, revision: snapshot.revision) else { return }
    await absorb(outcome)
    try await settleOwnRecords(store, snapshot)
    let lease = try await store.grantLease(seconds: 15)
    guard let node = cluster?.node else { return }
    _ = try await store.commit(
      Transaction(then: [.putLeased(ClusterPath.alive(node).description, "", lease: lease)]))
    cluster?.lease = lease
    cluster?.isConnected = true
    cluster?.fault = ""
    logger.info("the cluster's store is followed", metadata: ["revision": "\(snapshot.revision)"])
    Task { await self.cleanUp(.clusterStore) }
    try await withThrowingTaskGroup { group in
      group.addTask {
        for try await changes in store.changes(after: snapshot.revision) { await self.absorb(changes) }
        throw StoreFailure(.silent, "it ended the watch")
      }
      group.addTask {
        while true {
          try await Task.sleep(for: .seconds(4))
          guard try await store.keepAlive(lease: lease) else {
            throw StoreFailure(.refused, "the lease of this host is over")
          }
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Lets the other hosts know that this engine goes, which its containers do not.
  func leaveCluster() async {
    clusterFollower?.cancel()
    guard let lease = cluster?.lease, cluster?.isConnected == true, let store = try? parts.cluster else { return }
    cluster?.isConnected = false
    do throws(StoreFailure) {
      try await store.revoke(lease: lease)
    } catch {
      // It ends by itself in a while.
      logger.info("\(error)")
    }
  }

  private func didLose(_ store: any ClusterStorePort, _ error: any Error) {
    guard !(error is CancellationError) else { return }
    let wasConnected = cluster?.isConnected == true
    let fault = "\(error)"
    if wasConnected || cluster?.fault != fault { logger.warning("\(fault); what is there goes on") }
    cluster?.isConnected = false
    cluster?.fault = fault
    let waiters = cluster?.waiters ?? []
    cluster?.waiters = []
    for waiter in waiters { waiter.promise.keep(Self.unavailable(error)) }
  }

  static func unavailable(_ error: any Error) -> EngineError {
    EngineError(
      .unavailable, "\(error); networks that span hosts go on as they are, and cannot be changed until it is back",
      cause: error)
  }

  /// The store, for a change.
  ///
  /// - Throws: `unavailable` without a cluster, or while it cannot be followed.
  func connectedStore() throws(EngineError) -> any ClusterStorePort {
    guard let cluster, let store = try parts.cluster else { throw Self.noCluster }
    guard cluster.isConnected else { throw Self.unavailable(StoreFailure(.unreachable, cluster.fault)) }
    guard cluster.tunnel != nil else { throw EngineError(.unavailable, Self.noTunnel(cluster.configuration)) }
    return store
  }

  /// The same for who may come in the first moments of the engine.
  func storeInTime() async throws -> any ClusterStorePort {
    for _ in 0..<60 where cluster?.isConnected == false && cluster?.fault == ClusterState.unasked {
      try await Task.sleep(for: .milliseconds(50))
    }
    return try connectedStore()
  }

  /// Docker's words, by which clients know it, and what can be done here.
  static let noCluster = EngineError(
    .unavailable,
    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
      + "swarm and try again. (Networks that span hosts need no swarm with this engine but a store, etcd, that all hosts "
      + "share: see cluster-store and cluster-advertise of causewayd.)")

  func asking<Result: Sendable>(
    _ body: () async throws(StoreFailure) -> Result
  ) async throws(EngineError) -> Result {
    do throws(StoreFailure) {
      return try await body()
    } catch {
      throw Self.unavailable(error)
    }
  }

  /// Waits until a change of the store is known here.
  func know(_ revision: Int64) async throws {
    guard let known = cluster?.records.revision, known < revision else { return }
    let promise = Promise<EngineError?>()
    cluster?.waiters.append(ClusterState.Waiter(revision: revision, promise: promise))
    guard let answer = await promise.value(within: .seconds(10)) else {
      throw Self.unavailable(StoreFailure(.silent, "it does not tell of its own changes"))
    }
    if let failure = answer { throw failure }
  }

  // MARK: Taking in

  private func absorb(_ changes: [ClusterChange]) async {
    guard let outcome = cluster?.records.apply(changes) else { return }
    await absorb(outcome)
  }

  /// Takes in all records as they are now, unless newer ones are known.
  func absorb(_ snapshot: Snapshot) async {
    guard let known = cluster?.records.revision, snapshot.revision >= known,
      let outcome = cluster?.records.replace(with: snapshot.texts, revision: snapshot.revision)
    else { return }
    await absorb(outcome)
  }

  private func absorb(_ outcome: ClusterRecords.Outcome) async {
    noteRecords(outcome)
    let reached = cluster?.records.revision ?? 0
    for waiter in cluster?.waiters ?? [] where waiter.revision <= reached { waiter.promise.keep(nil) }
    cluster?.waiters.removeAll { $0.revision <= reached }
    guard let parts = try? parts, !outcome.changes.isEmpty else { return }
    let names = nameChanges(outcome)
    if !names.isEmpty {
      await attempting("telling the data plane of other hosts") { try await parts.dataPlane.apply(names) }
    }
    if outcome.hasOtherNodes {
      await attempting("telling the firewall of other hosts") {
        try await parts.reconciler.set(.host, to: hostIntent.state())
      }
    }
    for network in outcome.hasOtherNodes ? Set(state.attached.keys) : Set(outcome.endpoints.keys)
    where state.networks[network]?.driver == .overlay {
      await attempting("bringing network \(network.short) to its hosts") { try await refreshOverlay(network) }
    }
  }

  /// Into the engine's state and its store.
  private func noteRecords(_ outcome: ClusterRecords.Outcome) {
    guard let cluster else { return }
    var changes = outcome.changes.map { change -> StoreChange in
      let key = Self.settingPrefix + change.path
      return change.text.map { .putSetting(key: key, value: $0) } ?? .removeSetting(key: key)
    }
    var (arrived, left): ([Network], [Network]) = ([], [])
    for id in outcome.networks {
      if let network = cluster.records.networks[id] {
        let own = underFreeName(network)
        if state.networks[id] != own { arrived.append(own) }
      } else if let known = state.networks[id], state.attached[id]?.isEmpty ?? true {
        left.append(known)
      }
    }
    changes += left.map { .removeNetwork($0.id) } + arrived.map { .putNetwork($0) }
    guard !changes.isEmpty else { return }
    do throws(EngineError) {
      try commit(changes)
    } catch {
      logger.error("recording the cluster: \(error)")
    }
    for network in left { state.remove(network) }
    for network in arrived { state.insert(network) }
    for (network, addresses) in outcome.taken { for address in addresses { state.occupy(address, on: network) } }
    for (network, addresses) in outcome.freed { for address in addresses { state.vacate(address, on: network) } }
  }

  /// A network of this host may bear the name of one that another host has made for all; here that one gets another.
  private func underFreeName(_ network: Network) -> Network {
    guard let holder = state.networkNames[network.name], holder != network.id else { return network }
    var result = network
    result.name += ".\(network.id.short)"
    logger.warning("network \(network.name) of the cluster is called \(result.name) here, where the name is taken")
    return result
  }

  // MARK: Names

  private func nameChanges(_ outcome: ClusterRecords.Outcome) -> [DataPlaneChange] {
    outcome.endpoints.sorted { $0.key < $1.key }.flatMap { network, ids in
      ids.sorted().compactMap { nameChange(of: $0, on: network) }
    }
  }

  private func nameChange(of id: EndpointID, on network: NetworkID) -> DataPlaneChange? {
    guard let cluster else { return nil }
    guard let endpoint = cluster.records.endpoints[network]?[id] else {
      // One of our own goes when its container does.
      let isOurs = (state.attached[network] ?? []).contains { container in
        state.containers[container]?.endpoints.contains { $0.id == id } == true
      }
      return isOurs ? nil : .removeEndpoint(id: id.rawValue)
    }
    guard endpoint.node != cluster.node else { return nil }
    let name = state.networks[network]?.name ?? cluster.records.networks[network]?.name ?? network.short
    return .setEndpoint(
      EndpointRecord(
        id: id.rawValue, sandbox: endpoint.container.rawValue, network: network.rawValue, networkName: name,
        names: endpoint.names, addresses: endpoint.addresses, isUnwell: endpoint.isUnwell))
  }

  /// The names of other hosts' containers, all of them.
  var clusterNames: [DataPlaneChange] {
    (cluster?.records.endpoints ?? [:]).sorted { $0.key < $1.key }.flatMap { network, endpoints in
      endpoints.keys.sorted().compactMap { nameChange(of: $0, on: network) }
    }
  }

  // MARK: The kernel

  /// Who may speak VXLAN with this host; `nil` where it is in no cluster.
  var tunnels: TunnelIntent? {
    cluster.map { TunnelIntent(port: $0.configuration.port, peers: $0.records.peers(besides: $0.node)) }
  }

  /// What a network that spans hosts needs here: nothing, while no container of this host is on it.
  func overlayState(_ id: NetworkID) throws(EngineError) -> KernelState {
    guard let network = state.networks[id], state.attached[id]?.isEmpty == false else { return KernelState() }
    return try overlayState(whereUsed: network)
  }

  /// The same for a plan: as if the container were on it.
  func overlayState(joining intent: EndpointIntent) throws(EngineError) -> KernelState {
    try overlayState(whereUsed: intent.network)
  }

  private func overlayState(whereUsed network: Network) throws(EngineError) -> KernelState {
    guard let cluster, let tunnel = cluster.tunnel, network.driver == .overlay else { return KernelState() }
    let id = network.id
    return try OverlayDriver.network(
      network, tunnel, neighbours: cluster.records.neighbours(on: id, besides: cluster.node))
  }

  /// Brings the network's part of this host to what it shall be when its turn comes.
  func refreshOverlay(_ id: NetworkID) async throws {
    let before = overlayTurns[id]
    let task = Task {
      _ = await before?.result
      try await self.setOverlay(id)
    }
    overlayTurns[id] = task
    defer { if overlayTurns[id] == task { overlayTurns[id] = nil } }
    try await task.value
  }

  private func setOverlay(_ id: NetworkID) async throws {
    try await parts.reconciler.set(.network(id), to: try overlayState(id))
  }

  /// The same for the networks that a container has left.
  func leaveOverlays(_ networks: some Sequence<NetworkID>) async {
    for id in networks where state.networks[id]?.driver == .overlay {
      await attempting("taking network \(id.short) from this host") { try await refreshOverlay(id) }
    }
  }
}
