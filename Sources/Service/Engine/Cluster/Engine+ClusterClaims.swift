import Addressing
import Cluster
import ClusterStore
import EngineModel
import Logging
import NetworkPlan

/// Addresses and places on networks that span hosts: nothing is used that the store has not given.
extension Engine {
  /// Takes addresses for one endpoint, so that no other host can have them. On an error nothing is held, or the
  /// cleanup queue releases it.
  func claimAddresses(
    on network: Network, _ settings: EndpointSettings, for container: ContainerID
  ) async throws -> PluginLease {
    let store = try await storeInTime()
    await cleanUp(.clusterStore)
    guard let node = cluster?.node else { throw Self.noCluster }
    let text = try ClusterRecords.text(AddressClaim(node: node, container: container))
    // Each round learns of at least one more address that somebody has.
    for _ in 0..<64 {
      var endpoint = Endpoint(id: .random(), network: network.id, container: container, settings: settings)
      try state.lease(for: &endpoint, on: network)
      let paths = ClusterState.claims(of: endpoint.addresses, on: network.id)
      cluster?.inMaking.formUnion(paths)
      var isTaken = false
      do {
        let claim = Transaction(
          if: [.present(ClusterPath.network(network.id).description)] + paths.map { .absent($0.description) },
          then: paths.map { .put($0.description, text) })
        isTaken = try await asking { () throws(StoreFailure) in try await store.commit(claim) }.isDone
        guard !isTaken else {
          return PluginLease(ipv4: endpoint.ipv4, ipv6: endpoint.ipv6, claimant: container)
        }
        let snapshot = try await asking { () throws(StoreFailure) in try await store.snapshot() }
        await absorb(snapshot)
        giveUp(endpoint.addresses, on: network.id)
        try checkFailedClaim(snapshot, network, settings)
      } catch {
        giveUp(endpoint.addresses, on: network.id)
        // It may have been done without our having heard of it.
        release(ClusterRelease(network: network.id, endpoint: nil, container: container, addresses: endpoint.addresses))
        throw error
      }
    }
    throw EngineError(
      .unavailable, "other hosts take the addresses of network \(network.name) as quickly as they are asked for")
  }

  /// - Throws: `unavailable` where a network that spans hosts came to be known after addresses were claimed.
  func checkClaims(of container: Container, _ leases: [NetworkID: PluginLease]) throws(EngineError) {
    let named = container.unresolvedNetworks.keys.compactMap { try? state.network($0).id }
    for id in container.endpoints.map(\.network) + named where state.networks[id]?.driver == .overlay {
      guard leases[id] == nil else { continue }
      throw EngineError(.unavailable, "network \(state.networks[id]?.name ?? "") has just come to this host: try again")
    }
  }

  private func giveUp(_ addresses: [IPAddress], on network: NetworkID) {
    cluster?.inMaking.subtract(ClusterState.claims(of: addresses, on: network))
    // What somebody has, as the store says, stays taken.
    let claims = cluster?.records.claims[network] ?? [:]
    for address in addresses where claims[address] == nil { state.vacate(address, on: network) }
  }

  /// - Throws: why another try would bring the same.
  private func checkFailedClaim(
    _ snapshot: Snapshot, _ network: Network, _ settings: EndpointSettings
  ) throws(EngineError) {
    guard snapshot.texts[ClusterPath.network(network.id).description] != nil else {
      throw EngineError(.notFound, "network \(network.name) not found")
    }
    for asked in [settings.ipv4.map(IPAddress.v4), settings.ipv6.map(IPAddress.v6)].compactMap(\.self)
    where snapshot.texts[ClusterPath.address(network.id, asked).description] != nil {
      throw EngineError(.forbidden, "Address already in use: \(asked)")
    }
  }

  /// Gives back what was claimed and never came to a record.
  func giveBackClaim(_ lease: PluginLease, on network: Network) {
    guard let container = lease.claimant else { return }
    let addresses = [lease.ipv4, lease.ipv6].compactMap { $0?.address }
    giveUp(addresses, on: network.id)
    release(ClusterRelease(network: network.id, endpoint: nil, container: container, addresses: addresses))
  }

  private func release(_ release: ClusterRelease) { state.cleanup.add([.releaseClusterEndpoint(release)]) }

  /// Makes the store forget what a container no longer has.
  func perform(_ release: ClusterRelease) async throws(StoreFailure) {
    guard let node = cluster?.node, let store = try? parts.cluster else {
      throw StoreFailure(
        .refused, "this engine is in no cluster any more: its claims stay until another host forgets it")
    }
    let claim = try? ClusterRecords.text(AddressClaim(node: node, container: release.container))
    for path in ClusterState.claims(of: release.addresses, on: release.network) {
      guard let claim else { continue }
      // Only as long as it is ours: an administrator may have given it to others meanwhile.
      _ = try await store.commit(
        Transaction(if: [.equal(path.description, claim)], then: [.remove(path.description)]))
    }
    guard let endpoint = release.endpoint else { return }
    _ = try await store.commit(
      Transaction(then: [.remove(ClusterPath.endpoint(release.network, endpoint).description)]))
  }

  // MARK: Places

  /// Lets the other hosts know of a container's places. Its addresses are taken already.
  ///
  /// - Throws: `unavailable` when the store cannot be told, `notFound` for a network that is gone.
  func publishPlaces(of container: Container) async throws {
    for place in clusterPlaces(of: container) {
      let store = try connectedStore()
      let put = Transaction(
        if: [.present(ClusterPath.network(place.network).description)],
        then: [.put(ClusterPath.endpoint(place.network, place.id).description, try ClusterRecords.text(place))])
      guard try await asking({ () throws(StoreFailure) in try await store.commit(put) }).isDone else {
        throw EngineError(.notFound, "network \(state.networks[place.network]?.name ?? place.network.short) not found")
      }
    }
  }

  /// The same where the container goes on in any case: a name or its health changed. A store that cannot be reached now
  /// is told when it can.
  func republishPlaces(of container: Container) async {
    guard !clusterPlaces(of: container).isEmpty, cluster?.isConnected == true else { return }
    await attempting("telling other hosts of \(container.id.short)") { try await publishPlaces(of: container) }
  }

  private func clusterPlaces(of container: Container) -> [ClusterEndpoint] {
    guard let node = cluster?.node else { return [] }
    return container.endpoints.compactMap { endpoint in
      guard endpoint.interface != nil, let mac = endpoint.mac,
        state.networks[endpoint.network]?.driver == .overlay
      else { return nil }
      return ClusterEndpoint(
        id: endpoint.id, network: endpoint.network, node: node, container: container.id,
        containerName: container.name, names: Self.names(of: container, at: endpoint), mac: mac,
        addresses: endpoint.addresses, isUnwell: lives[container.id]?.state.health?.status == .unhealthy)
    }
  }

  // MARK: This host's records

  /// Makes what the store says of this host true: after a start, and after a time in which it could not be reached.
  func settleOwnRecords(_ store: any ClusterStorePort, _ snapshot: Snapshot) async throws {
    guard let cluster, let tunnel = cluster.tunnel else { return }
    let node = ClusterNode(id: cluster.node, name: hostFacts.hostname, tunnel: tunnel.local)
    try await put(.node(node.id), try ClusterRecords.text(node), store, snapshot)
    let places = state.containers.values.filter(hasPlaces).flatMap(clusterPlaces)
    var wanted: Set<ClusterPath> = []
    for place in places {
      try await restore(place.network, store, snapshot)
      let claim = try ClusterRecords.text(AddressClaim(node: node.id, container: place.container))
      for path in ClusterState.claims(of: place.addresses, on: place.network) {
        wanted.insert(path)
        let found = snapshot.texts[path.description]
        if found == nil {
          _ = try await store.commit(
            Transaction(if: [.absent(path.description)], then: [.put(path.description, claim)]))
        } else if found != claim {
          logger.error("\(path) is held by \(place.containerName) here, and by another container as the store has it")
        }
      }
      let path = ClusterPath.endpoint(place.network, place.id)
      wanted.insert(path)
      try await put(path, try ClusterRecords.text(place), store, snapshot)
    }
    self.cluster?.inMaking.subtract(wanted)
    let inMaking = self.cluster?.inMaking ?? []
    for path in cluster.records.holdings(of: node.id) where !wanted.contains(path) && !inMaking.contains(path) {
      guard let text = snapshot.texts[path.description] else { continue }
      logger.info("\(path) of the cluster is of no container here any more")
      _ = try await store.commit(
        Transaction(if: [.equal(path.description, text)], then: [.remove(path.description)]))
    }
  }

  private func hasPlaces(_ container: Container) -> Bool { container.endpoints.contains { $0.interface != nil } }

  private func put(
    _ path: ClusterPath, _ text: String, _ store: any ClusterStorePort, _ snapshot: Snapshot
  ) async throws {
    guard snapshot.texts[path.description] != text else { return }
    _ = try await store.commit(Transaction(then: [.put(path.description, text)]))
  }

  /// A network that has containers here and is not in the store: the store was lost and set up anew. We remember.
  private func restore(_ id: NetworkID, _ store: any ClusterStorePort, _ snapshot: Snapshot) async throws {
    let path = ClusterPath.network(id).description
    guard snapshot.texts[path] == nil, let network = state.networks[id] else { return }
    let acts = try Self.records(of: network)
    let outcome = try await store.commit(
      Transaction(if: acts.map { .absent($0.path) }, then: acts.map { .put($0.path, $0.text) }))
    if outcome.isDone {
      logger.warning("the cluster's store had lost network \(network.name): it was told anew")
    } else if try await store.snapshot().texts[path] == nil {
      logger.error("network \(network.name) is not in the cluster's store, and its name or number is another's there")
    }
  }

  /// What makes a network in the store, and claims its name and number.
  static func records(of network: Network) throws(EngineError) -> [(path: String, text: String)] {
    guard let number = try OverlayOptions(network).number else {
      throw EngineError(.system, "network \(network.name) has no VXLAN network identifier")
    }
    return [
      (ClusterPath.network(network.id).description, try ClusterRecords.text(network)),
      (ClusterPath.name(network.name).description, network.id.rawValue),
      (ClusterPath.number(number).description, network.id.rawValue),
    ]
  }
}
