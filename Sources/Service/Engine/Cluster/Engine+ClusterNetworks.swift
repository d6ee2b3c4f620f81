import Addressing
import Cluster
import ClusterStore
import EngineModel
import NetworkPlan

/// Networks that span hosts are made and removed in the store; all engines, this one among them, learn of it from there.
extension Engine {
  /// - Returns: the network's id, and a warning that may be empty.
  func createOverlay(_ request: NetworkCreateRequest) async throws -> (id: NetworkID, warning: String) {
    _ = try await storeInTime()
    let host = try await parts.hostNetwork(HostNetwork.kinds(of: .overlay))
    for _ in 0..<32 {
      let store = try connectedStore()
      let snapshot = try await asking { () throws(StoreFailure) in try await store.snapshot() }
      await absorb(snapshot)
      let network = try designOverlay(request, host)
      let records = try Self.records(of: network)
      guard snapshot.texts[ClusterPath.name(network.name).description] == nil else {
        throw EngineError(.conflict, "network with name \(network.name) already exists")
      }
      let serial = ClusterPath.serial.description
      // Whoever made or removed a network meanwhile may have taken the subnet.
      let outcome = try await asking { () throws(StoreFailure) in
        try await store.commit(
          Transaction(
            if: [.unchanged(serial, since: snapshot.changedBy[serial] ?? 0)] + records.map { .absent($0.path) },
            then: records.map { .put($0.path, $0.text) } + [.put(serial, network.id.rawValue)]))
      }
      guard outcome.isDone else { continue }
      try await know(outcome.revision)
      emit("create", network)
      return (network.id, Self.warning(network))
    }
    throw EngineError(
      .unavailable, "other hosts of the cluster make networks all the time: network \(request.name) was not made")
  }

  /// The network's record as it would be.
  func designOverlay(_ request: NetworkCreateRequest, _ host: HostNetwork) throws(EngineError) -> Network {
    guard let cluster else { throw Self.noCluster }
    var preparation = PluginPreparation()
    preparation.scope = .global
    var network = try design(request, host, preparation).network(in: state, id: .random(), now: .now)
    let options = try OverlayOptions(network)
    if let asked = options.number, cluster.records.numbers.contains(asked) {
      throw EngineError(.forbidden, "the VXLAN network identifier \(asked) is that of another network")
    }
    guard let number = options.number ?? cluster.records.freeNumber else {
      throw EngineError(.forbidden, "no VXLAN network identifier is free")
    }
    network.options[OverlayOptions.numberKey] = "\(number)"
    return network
  }

  /// - Throws: `forbidden` when containers are on it, on whatever host.
  func forgetOverlay(_ network: Network) async throws {
    guard cluster != nil else { return }
    let store = try await storeInTime()
    await cleanUp(.clusterStore)
    let name = cluster?.records.networks[network.id]?.name ?? network.name
    var named = network
    named.name = name
    let records = try Self.records(of: named)
    let outcome = try await asking { () throws(StoreFailure) in
      try await store.commit(
        Transaction(
          if: [
            .present(ClusterPath.network(network.id).description), .none(under: ClusterPath.endpoints(of: network.id)),
            .none(under: ClusterPath.addresses(of: network.id)),
          ], then: records.map { .remove($0.path) } + [.put(ClusterPath.serial.description, network.id.rawValue)]))
    }
    guard !outcome.isDone else { return try await know(outcome.revision) }
    let snapshot = try await asking { () throws(StoreFailure) in try await store.snapshot() }
    await absorb(snapshot)
    guard snapshot.texts[ClusterPath.network(network.id).description] != nil else { return }
    try checkUnusedElsewhere(network)
    throw EngineError(
      .forbidden, "error while removing network: network \(network.name) has active endpoints: one is about to come up")
  }

  /// - Throws: `forbidden` when containers of other hosts are on it.
  func checkUnusedElsewhere(_ network: Network) throws(EngineError) {
    let places = (cluster?.records.endpoints[network.id] ?? [:]).values.sorted { $0.containerName < $1.containerName }
    guard !places.isEmpty else { return }
    let list = places.prefix(16).map { place in
      let host = cluster?.records.nodes[place.node]?.name ?? String(place.node.prefix(12))
      return "name:\"\(place.containerName)\" id:\"\(place.id.short)\" on host \(host)"
    }
    throw EngineError(
      .forbidden,
      "error while removing network: network \(network.name) has active endpoints (\(list.joined(separator: ", ")))")
  }

  /// Whether containers of any host are on it.
  func isUsedElsewhere(_ network: Network) -> Bool { cluster?.records.endpoints[network.id]?.isEmpty == false }

  /// The hosts that have containers on it.
  func peers(of network: Network) -> [NetworkView.Peer] {
    guard network.driver == .overlay, let cluster else { return [] }
    return cluster.records.hosts(of: network.id).map { NetworkView.Peer(name: $0.name, address: $0.tunnel) }
  }
}
