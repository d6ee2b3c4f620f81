import Addressing
import Cluster
import ClusterStore
import EngineModel
import Logging
import NetworkPlan

/// Addresses and endpoints on overlay networks. The engine uses an address only after the cluster store granted it.
extension Engine {
  /// Claims addresses for one endpoint. After an error nothing is claimed, or the cleanup queue contains the removal.
  func claimAddresses(
    on network: Network, _ settings: EndpointSettings, for container: ContainerID
  ) async throws -> PluginLease {
    let store = try await connectedStoreAtStart()
    await cleanUp(.clusterStore)
    guard let node = cluster?.node else { throw Self.noCluster }
    let text = try ClusterRecords.text(AddressClaim(node: node, container: container))
    // In each round the engine learns of at least one more address in use.
    for _ in 0..<64 {
      var endpoint = Endpoint(id: .random(), network: network.id, container: container, settings: settings)
      try state.lease(for: &endpoint, on: network)
      let paths = ClusterState.claims(of: endpoint.addresses, on: network.id)
      cluster?.pendingClaims.formUnion(paths)
      var isTaken = false
      do {
        let claim = Transaction(
          if: [.present(ClusterPath.network(network.id).description)] + paths.map { .absent($0.description) },
          then: paths.map { .put($0.description, text) })
        isTaken = try await withStore { () throws(StoreFailure) in try await store.commit(claim) }.isDone
        guard !isTaken else {
          return PluginLease(ipv4: endpoint.ipv4, ipv6: endpoint.ipv6, claimant: container)
        }
        let snapshot = try await withStore { () throws(StoreFailure) in try await store.snapshot() }
        await receive(snapshot)
        abandon(endpoint.addresses, on: network.id)
        try checkFailedClaim(snapshot, network, settings)
      } catch {
        abandon(endpoint.addresses, on: network.id)
        // The store may have carried out the claim although the answer was lost.
        release(ClusterRelease(network: network.id, endpoint: nil, container: container, addresses: endpoint.addresses))
        throw error
      }
    }
    throw EngineError(
      .unavailable, "no address of network \(network.name) could be claimed: other nodes claimed each one first")
  }

  /// - Throws: `unavailable` if an overlay network appeared after the addresses were claimed.
  func checkClaims(of container: Container, _ leases: [NetworkID: PluginLease]) throws(EngineError) {
    let named = container.unresolvedNetworks.keys.compactMap { try? state.network($0).id }
    for id in container.endpoints.map(\.network) + named where state.networks[id]?.spansHosts == true {
      guard leases[id] == nil else { continue }
      throw EngineError(
        .unavailable, "network \(state.networks[id]?.name ?? "") has just been created in the cluster: try again")
    }
  }

  private func abandon(_ addresses: [IPAddress], on network: NetworkID) {
    cluster?.pendingClaims.subtract(ClusterState.claims(of: addresses, on: network))
    // Addresses that another container has, according to the store, stay leased.
    let claims = cluster?.records.claims[network] ?? [:]
    for address in addresses where claims[address] == nil { state.removeClusterClaim(address, on: network) }
  }

  /// - Throws: if another attempt would fail in the same way.
  private func checkFailedClaim(
    _ snapshot: Snapshot, _ network: Network, _ settings: EndpointSettings
  ) throws(EngineError) {
    guard snapshot.texts[ClusterPath.network(network.id).description] != nil else {
      throw EngineError(.notFound, "network \(network.name) not found")
    }
    for address in [settings.ipv4.map(IPAddress.v4), settings.ipv6.map(IPAddress.v6)].compactMap(\.self)
    where snapshot.texts[ClusterPath.address(network.id, address).description] != nil {
      throw EngineError(.forbidden, "Address already in use: \(address)")
    }
  }

  /// Releases claimed addresses that no record contains.
  func releaseClaim(_ lease: PluginLease, on network: Network) {
    guard let container = lease.claimant else { return }
    let addresses = [lease.ipv4, lease.ipv6].compactMap { $0?.address }
    abandon(addresses, on: network.id)
    release(ClusterRelease(network: network.id, endpoint: nil, container: container, addresses: addresses))
  }

  private func release(_ release: ClusterRelease) { state.cleanup.add([.releaseClusterEndpoint(release)]) }

  /// Removes a container's claims and endpoint from the store.
  func perform(_ release: ClusterRelease) async throws(StoreFailure) {
    guard let node = cluster?.node, let store = try? parts.cluster else {
      throw StoreFailure(
        .refused, "this engine is no longer in a cluster: its claims stay until another node removes this node")
    }
    let claim = try? ClusterRecords.text(AddressClaim(node: node, container: release.container))
    for path in ClusterState.claims(of: release.addresses, on: release.network) {
      guard let claim else { continue }
      // Only if the claim is this node's: it may belong to another container meanwhile.
      _ = try await store.commit(
        Transaction(if: [.equal(path.description, claim)], then: [.remove(path.description)]))
    }
    guard let endpoint = release.endpoint else { return }
    _ = try await store.commit(
      Transaction(then: [.remove(ClusterPath.endpoint(release.network, endpoint).description)]))
  }

  // MARK: Endpoints

  /// Writes a container's endpoints to the store. Their addresses are claimed already.
  ///
  /// - Throws: `unavailable` without a connection to the store, `notFound` if the network was removed.
  func publishEndpoints(of container: Container) async throws {
    for endpoint in clusterEndpoints(of: container) {
      let store = try connectedStore()
      let put = Transaction(
        if: [.present(ClusterPath.network(endpoint.network).description)],
        then: [.put(ClusterPath.endpoint(endpoint.network, endpoint.id).description, try ClusterRecords.text(endpoint))]
      )
      guard try await withStore({ () throws(StoreFailure) in try await store.commit(put) }).isDone else {
        throw EngineError(
          .notFound, "network \(state.networks[endpoint.network]?.name ?? endpoint.network.short) not found")
      }
    }
  }

  /// The same after a change of the container's name or health. A failure is logged: the engine writes its records again when
  /// it reconnects.
  func republishEndpoints(of container: Container) async {
    guard !clusterEndpoints(of: container).isEmpty, cluster?.isConnected == true else { return }
    await attempting("updating \(container.id.short) in the cluster store") {
      try await publishEndpoints(of: container)
    }
  }

  private func clusterEndpoints(of container: Container) -> [ClusterEndpoint] {
    guard let node = cluster?.node else { return [] }
    return container.endpoints.compactMap { endpoint in
      guard endpoint.interface != nil, let mac = endpoint.mac,
        state.networks[endpoint.network]?.spansHosts == true
      else { return nil }
      return ClusterEndpoint(
        id: endpoint.id, network: endpoint.network, node: node, container: container.id,
        containerName: container.name, names: Self.names(of: container, at: endpoint), mac: mac,
        addresses: endpoint.addresses, isUnhealthy: state.containers[container.id]?.state.health?.status == .unhealthy)
    }
  }

  // MARK: This node's records

  /// Makes the store's records about this node match its containers, after each connection.
  func updateOwnRecords(_ store: any ClusterStorePort, _ snapshot: Snapshot) async throws {
    guard let cluster, let tunnel = cluster.tunnel else { return }
    let node = ClusterNode(id: cluster.node, name: hostState.environment.hostname, tunnel: tunnel.local)
    try await put(.node(node.id), try ClusterRecords.text(node), store, snapshot)
    let endpoints = state.containers.values.filter(hasInterfaces).flatMap(clusterEndpoints)
    var current: Set<ClusterPath> = []
    for endpoint in endpoints {
      try await restore(endpoint.network, store, snapshot)
      let claim = try ClusterRecords.text(AddressClaim(node: node.id, container: endpoint.container))
      for path in ClusterState.claims(of: endpoint.addresses, on: endpoint.network) {
        current.insert(path)
        let found = snapshot.texts[path.description]
        if found == nil {
          _ = try await store.commit(
            Transaction(if: [.absent(path.description)], then: [.put(path.description, claim)]))
        } else if found != claim {
          logger.error(
            "\(path) belongs to \(endpoint.containerName) on this node, and to another container in the cluster store")
        }
      }
      let path = ClusterPath.endpoint(endpoint.network, endpoint.id)
      current.insert(path)
      try await put(path, try ClusterRecords.text(endpoint), store, snapshot)
    }
    self.cluster?.pendingClaims.subtract(current)
    let pendingClaims = self.cluster?.pendingClaims ?? []
    for path in cluster.records.paths(ofNode: node.id) where !current.contains(path) && !pendingClaims.contains(path) {
      guard let text = snapshot.texts[path.description] else { continue }
      logger.info("removing \(path) from the cluster store: it belongs to no container of this node")
      _ = try await store.commit(
        Transaction(if: [.equal(path.description, text)], then: [.remove(path.description)]))
    }
  }

  private func hasInterfaces(_ container: Container) -> Bool { container.endpoints.contains { $0.interface != nil } }

  private func put(
    _ path: ClusterPath, _ text: String, _ store: any ClusterStorePort, _ snapshot: Snapshot
  ) async throws {
    guard snapshot.texts[path.description] != text else { return }
    _ = try await store.commit(Transaction(then: [.put(path.description, text)]))
  }

  /// Writes a network that has containers here to the store again, if the store was replaced by an empty one.
  private func restore(_ id: NetworkID, _ store: any ClusterStorePort, _ snapshot: Snapshot) async throws {
    let path = ClusterPath.network(id).description
    guard snapshot.texts[path] == nil, let network = state.networks[id] else { return }
    let acts = try Self.records(of: network)
    let outcome = try await store.commit(
      Transaction(if: acts.map { .absent($0.path) }, then: acts.map { .put($0.path, $0.text) }))
    if outcome.isDone {
      logger.warning("network \(network.name) was missing in the cluster store and is written again")
    } else if try await store.snapshot().texts[path] == nil {
      logger.error(
        "network \(network.name) is missing in the cluster store, and another network has its name or VXLAN identifier")
    }
  }

  /// The store's records of a network, its name and its VXLAN identifier.
  static func records(of network: Network) throws(EngineError) -> [(path: String, text: String)] {
    guard let vni = try OverlayOptions(network).vni else {
      throw EngineError(.system, "network \(network.name) has no VXLAN network identifier")
    }
    return [
      (ClusterPath.network(network.id).description, try ClusterRecords.text(network)),
      (ClusterPath.name(network.name).description, network.id.rawValue),
      (ClusterPath.vni(vni).description, network.id.rawValue),
    ]
  }
}
