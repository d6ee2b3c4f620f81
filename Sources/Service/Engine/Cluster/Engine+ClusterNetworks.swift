import Addressing
import Cluster
import ClusterStore
import EngineModel
import Kernel
import NetworkPlan

/// Overlay networks are created and removed in the cluster store. All engines, also this one, learn of it from there.
extension Engine {
  /// - Returns: the network's id, and a warning, which may be empty.
  func createOverlay(_ request: NetworkCreateRequest) async throws -> (id: NetworkID, warning: String) {
    _ = try await connectedStoreAtStart()
    let host = try await parts.hostNetwork(request.behavior.linkKinds)
    for _ in 0..<32 {
      let store = try connectedStore()
      let snapshot = try await withStore { () throws(StoreFailure) in try await store.snapshot() }
      await receive(snapshot)
      let network = try buildOverlay(request, host)
      let records = try Self.records(of: network)
      guard snapshot.texts[ClusterPath.name(network.name).description] == nil else {
        throw EngineError(.conflict, "network with name \(network.name) already exists")
      }
      let serial = ClusterPath.serial.description
      // Fails if another node created or removed a network meanwhile: it may have the same subnet.
      let outcome = try await withStore { () throws(StoreFailure) in
        try await store.commit(
          Transaction(
            if: [.unchanged(serial, since: snapshot.changedBy[serial] ?? 0)] + records.map { .absent($0.path) },
            then: records.map { .put($0.path, $0.text) } + [.put(serial, network.id.rawValue)]))
      }
      guard outcome.isDone else { continue }
      try await waitUntilReceived(outcome.revision)
      emit("create", network)
      return (network.id, Self.warning(network))
    }
    throw EngineError(
      .unavailable,
      "network \(request.name) was not created: other nodes of the cluster keep creating and removing networks")
  }

  /// The network's record.
  func buildOverlay(_ request: NetworkCreateRequest, _ host: HostNetwork) throws(EngineError) -> Network {
    guard let cluster else { throw Self.noCluster }
    var preparation = PluginPreparation()
    preparation.scope = .global
    var network = try networkBuilder(for: request, host, preparation).network(in: state, id: .random(), now: .now)
    let options = try OverlayOptions(network)
    if let requested = options.vni, cluster.records.vnis.contains(requested) {
      throw EngineError(.forbidden, "the VXLAN network identifier \(requested) is used by another network")
    }
    guard let vni = options.vni ?? cluster.records.freeVNI else {
      throw EngineError(.forbidden, "no VXLAN network identifier is free")
    }
    network.options[OverlayOptions.vniKey] = "\(vni)"
    return network
  }

  /// - Throws: `forbidden` if a container of any node is on it.
  func removeOverlayFromStore(_ network: Network) async throws {
    guard cluster != nil else { return }
    let store = try await connectedStoreAtStart()
    await cleanUp(.clusterStore)
    let name = cluster?.records.networks[network.id]?.name ?? network.name
    var named = network
    named.name = name
    let records = try Self.records(of: named)
    let outcome = try await withStore { () throws(StoreFailure) in
      try await store.commit(
        Transaction(
          if: [
            .present(ClusterPath.network(network.id).description), .none(under: ClusterPath.endpoints(of: network.id)),
            .none(under: ClusterPath.addresses(of: network.id)),
          ], then: records.map { .remove($0.path) } + [.put(ClusterPath.serial.description, network.id.rawValue)]))
    }
    guard !outcome.isDone else { return try await waitUntilReceived(outcome.revision) }
    let snapshot = try await withStore { () throws(StoreFailure) in try await store.snapshot() }
    await receive(snapshot)
    guard snapshot.texts[ClusterPath.network(network.id).description] != nil else { return }
    try checkUnusedOnOtherNodes(network)
    throw EngineError(
      .forbidden,
      "error while removing network: network \(network.name) has active endpoints: a container is being connected")
  }

  /// - Throws: `forbidden` if containers of other nodes are on it.
  func checkUnusedOnOtherNodes(_ network: Network) throws(EngineError) {
    let endpoints = (cluster?.records.endpoints[network.id] ?? [:]).values.sorted {
      $0.containerName < $1.containerName
    }
    guard !endpoints.isEmpty else { return }
    let list = endpoints.prefix(16).map { endpoint in
      let host = cluster?.records.nodes[endpoint.node]?.name ?? String(endpoint.node.prefix(12))
      return "name:\"\(endpoint.containerName)\" id:\"\(endpoint.id.short)\" on host \(host)"
    }
    throw EngineError(
      .forbidden,
      "error while removing network: network \(network.name) has active endpoints (\(list.joined(separator: ", ")))")
  }

  /// Whether containers of any node are on it.
  func isUsedInCluster(_ network: Network) -> Bool { cluster?.records.endpoints[network.id]?.isEmpty == false }

  /// The nodes that have containers on it.
  func peers(of network: Network) -> [NetworkView.Peer] {
    guard network.spansHosts, let cluster else { return [] }
    return cluster.records.hosts(of: network.id).map { NetworkView.Peer(name: $0.name, address: $0.tunnel) }
  }
}
