import Coordination
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

/// The engine as a node of a cluster: it receives the changes of the cluster store and keeps a copy of its records.
extension Engine {
  private static let settingPrefix = "cluster:"

  /// Loads the records from the last run of the engine. The store may be unavailable now.
  func loadCluster(_ settings: [String: String], _ parts: Parts) async {
    var texts: [String: String] = [:]
    for (key, text) in settings where key.hasPrefix(Self.settingPrefix) {
      texts[String(key.dropFirst(Self.settingPrefix.count))] = text
    }
    guard let configuration = configuration.cluster, parts.cluster != nil else {
      if !texts.isEmpty {
        logger.warning("this host was in a cluster, but the engine is started without cluster-store")
      }
      return
    }
    var known = ClusterState(configuration, node: hostState.engineID)
    let outcome = known.records.replace(with: texts, revision: 0)
    cluster = known
    for (network, addresses) in outcome.taken {
      for address in addresses { state.addClusterClaim(address, on: network) }
    }
    await findTunnel(parts)
  }

  /// Looks for the advertised address. It can appear and disappear with a link of the host.
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

  /// Moves the tunnels if the advertised address changed.
  private func updateTunnel() async throws {
    let before = cluster?.tunnel
    await findTunnel(try parts)
    guard cluster?.tunnel != before else { return }
    for network in state.attached.keys where state.networks[network]?.spansHosts == true {
      await attempting("moving the tunnels of network \(network.short)") { try await updateNetwork(network) }
    }
  }

  static func noTunnel(_ configuration: ClusterConfiguration) -> String {
    "this host has no address for its cluster: cluster-advertise is \(configuration.advertise), which is neither an "
      + "address of this host nor a link with an address"
  }

  // MARK: The connection to the store

  func startFollowingCluster(_ parts: Parts) {
    guard cluster != nil, let store = parts.cluster else { return }
    let follower = Task { [weak self] in
      var delay = Duration.milliseconds(200)
      while !Task.isCancelled {
        let start = ContinuousClock.now
        do {
          try await self?.follow(store)
        } catch {
          await self?.didDisconnect(store, error)
        }
        // After a connection that lasted, the next attempt comes soon.
        delay = start.duration(to: .now) > .seconds(10) ? .milliseconds(200) : min(delay * 2, .seconds(4))
        do { try await Task.sleep(for: delay) } catch { return }
      }
    }
    cluster?.follower = follower
  }

  /// Receives changes until the connection to the store fails.
  private func follow(_ store: any ClusterStorePort) async throws {
    let snapshot = try await store.snapshot()
    try await updateTunnel()
    guard let outcome = cluster?.records.replace(with: snapshot.texts, revision: snapshot.revision) else { return }
    await receive(outcome)
    try await updateOwnRecords(store, snapshot)
    let lease = try await store.grantLease(seconds: 15)
    guard let node = cluster?.node else { return }
    _ = try await store.commit(
      Transaction(then: [.putLeased(ClusterPath.alive(node).description, "", lease: lease)]))
    cluster?.lease = lease
    cluster?.isConnected = true
    cluster?.storeError = ""
    logger.info("connected to the cluster store", metadata: ["revision": "\(snapshot.revision)"])
    Task { await self.cleanUp(.clusterStore) }
    try await withThrowingTaskGroup { group in
      group.addTask {
        for try await changes in store.changes(after: snapshot.revision) { await self.receive(changes) }
        throw StoreFailure(.silent, "it ended the watch")
      }
      group.addTask {
        while true {
          try await Task.sleep(for: .seconds(4))
          guard try await store.keepAlive(lease: lease) else {
            throw StoreFailure(.refused, "the lease of this node has expired")
          }
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Tells the other nodes that this engine stops. Its containers keep running.
  func leaveCluster() async {
    cluster?.follower?.cancel()
    guard let lease = cluster?.lease, cluster?.isConnected == true, let store = try? parts.cluster else { return }
    cluster?.isConnected = false
    do throws(StoreFailure) {
      try await store.revoke(lease: lease)
    } catch {
      // The lease expires by itself.
      logger.info("\(error)")
    }
  }

  private func didDisconnect(_ store: any ClusterStorePort, _ error: any Error) {
    guard !(error is CancellationError) else { return }
    let wasConnected = cluster?.isConnected == true
    let storeError = "\(error)"
    if wasConnected || cluster?.storeError != storeError {
      logger.warning("\(storeError); existing networks keep working")
    }
    cluster?.isConnected = false
    cluster?.storeError = storeError
    let waiters = cluster?.waiters ?? []
    cluster?.waiters = []
    for waiter in waiters { waiter.outcome.succeed(Self.unavailable(error)) }
  }

  static func unavailable(_ error: any Error) -> EngineError {
    EngineError(
      .unavailable,
      "\(error); existing overlay networks keep working, and cannot be changed until the store is available",
      cause: error)
  }

  /// The store, for a change.
  ///
  /// - Throws: `unavailable` without a cluster or without a connection.
  func connectedStore() throws(EngineError) -> any ClusterStorePort {
    guard let cluster, let store = try parts.cluster else { throw Self.noCluster }
    guard cluster.isConnected else { throw Self.unavailable(StoreFailure(.unreachable, cluster.storeError)) }
    guard cluster.tunnel != nil else { throw EngineError(.unavailable, Self.noTunnel(cluster.configuration)) }
    return store
  }

  /// The same for requests that may arrive while the engine still connects for the first time: waits three seconds.
  func connectedStoreAtStart() async throws -> any ClusterStorePort {
    for _ in 0..<60 where cluster?.isConnected == false && cluster?.storeError == ClusterState.notConnectedYet {
      try await Task.sleep(for: .milliseconds(50))
    }
    return try connectedStore()
  }

  static let noCluster = OverlayDriver.noCluster

  func withStore<Result: Sendable>(
    _ body: () async throws(StoreFailure) -> Result
  ) async throws(EngineError) -> Result {
    do throws(StoreFailure) {
      return try await body()
    } catch {
      throw Self.unavailable(error)
    }
  }

  /// Waits until the engine has received a change of the store.
  func waitUntilReceived(_ revision: Int64) async throws {
    guard let known = cluster?.records.revision, known < revision else { return }
    let promise = OneShot<EngineError?, Never>()
    cluster?.waiters.append(ClusterState.Waiter(revision: revision, outcome: promise))
    guard let answer = await promise.value(within: .seconds(10)) else {
      throw Self.unavailable(StoreFailure(.silent, "it does not report changes"))
    }
    if let failure = answer { throw failure }
  }

  // MARK: Changes of the store

  private func receive(_ changes: [ClusterChange]) async {
    guard let outcome = cluster?.records.apply(changes) else { return }
    await receive(outcome)
  }

  /// Replaces all records by those of a snapshot, unless the engine has newer ones.
  func receive(_ snapshot: Snapshot) async {
    guard let known = cluster?.records.revision, snapshot.revision >= known,
      let outcome = cluster?.records.replace(with: snapshot.texts, revision: snapshot.revision)
    else { return }
    await receive(outcome)
  }

  private func receive(_ outcome: ClusterRecords.Outcome) async {
    commitRecords(outcome)
    let reached = cluster?.records.revision ?? 0
    for waiter in cluster?.waiters ?? [] where waiter.revision <= reached { waiter.outcome.succeed(nil) }
    cluster?.waiters.removeAll { $0.revision <= reached }
    guard let parts = try? parts, !outcome.changes.isEmpty else { return }
    let names = nameChanges(outcome)
    if !names.isEmpty {
      await attempting("updating the names of other nodes' containers") { try await parts.dataPlane.apply(names) }
    }
    if outcome.hasOtherNodes {
      await attempting("updating the firewall for the cluster's nodes") { try await self.updateHost() }
    }
    for network in outcome.hasOtherNodes ? Set(state.attached.keys) : Set(outcome.endpoints.keys)
    where state.networks[network]?.spansHosts == true {
      await attempting("updating the tunnels of network \(network.short)") { try await updateNetwork(network) }
    }
  }

  /// Writes changed records to the database and updates networks and addresses in the state.
  private func commitRecords(_ outcome: ClusterRecords.Outcome) {
    guard let cluster else { return }
    var changes = outcome.changes.map { change -> StoreChange in
      let key = Self.settingPrefix + change.path
      return change.text.map { .putSetting(key: key, value: $0) } ?? .removeSetting(key: key)
    }
    var (arrived, removed): ([Network], [Network]) = ([], [])
    for id in outcome.networks {
      if let network = cluster.records.networks[id] {
        let own = withUniqueName(network)
        if state.networks[id] != own { arrived.append(own) }
      } else if let known = state.networks[id], state.attached[id]?.isEmpty ?? true {
        removed.append(known)
      }
    }
    changes += removed.map { .removeNetwork($0.id) } + arrived.map { .putNetwork($0) }
    guard !changes.isEmpty else { return }
    do throws(EngineError) {
      try commit(changes)
    } catch {
      logger.error("writing the cluster's records: \(error)")
    }
    for network in removed { state.remove(network) }
    for network in arrived { state.insert(network) }
    for (network, addresses) in outcome.taken {
      for address in addresses { state.addClusterClaim(address, on: network) }
    }
    for (network, addresses) in outcome.freed {
      for address in addresses { state.removeClusterClaim(address, on: network) }
    }
  }

  /// If a network of this host has the same name as a new overlay network, the overlay network gets another name here.
  private func withUniqueName(_ network: Network) -> Network {
    guard let holder = state.networkNames[network.name], holder != network.id else { return network }
    var result = network
    result.name += ".\(network.id.short)"
    logger.warning(
      "overlay network \(network.name) is called \(result.name) on this host, because another network has its name")
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
      // Names of this node's containers are removed with the containers.
      let isOurs = (state.attached[network] ?? []).contains { container in
        state.containers[container]?.endpoints.contains { $0.id == id } == true
      }
      return isOurs ? nil : .removeEndpoint(id: id.rawValue)
    }
    guard endpoint.node != cluster.node else { return nil }
    let name = state.networks[network]?.name ?? cluster.records.networks[network]?.name ?? network.short
    return .setEndpoint(
      NameRecord(
        id: id.rawValue, sandbox: endpoint.container.rawValue, network: network.rawValue, networkName: name,
        names: endpoint.names, addresses: endpoint.addresses, isUnhealthy: endpoint.isUnhealthy))
  }

  /// The names of all containers of other nodes.
  var clusterNames: [DataPlaneChange] {
    (cluster?.records.endpoints ?? [:]).sorted { $0.key < $1.key }.flatMap { network, endpoints in
      endpoints.keys.sorted().compactMap { nameChange(of: $0, on: network) }
    }
  }

  // MARK: The kernel

  /// The nodes from which this host accepts VXLAN packets; `nil` without a cluster.
  var tunnels: TunnelIntent? {
    cluster.map { TunnelIntent(port: $0.configuration.port, peers: $0.records.peers(besides: $0.node)) }
  }

  /// Updates the overlay networks that a container has left.
  func updateLeftOverlays(_ networks: some Sequence<NetworkID>) async {
    for id in networks where state.networks[id]?.spansHosts == true {
      await attempting("updating the links of network \(id.short)") { try await updateNetwork(id) }
    }
  }
}
