import Cluster
import ClusterStore
import EngineModel

extension Engine {
  /// The hosts of the cluster, sorted by name.
  ///
  /// - Throws: `unavailable` when this engine is in none.
  public func clusterNodes() throws -> [ClusterNodeView] {
    guard let cluster else { throw Self.noCluster }
    let places = cluster.records.endpoints.values.flatMap(\.values)
    return cluster.records.nodes.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map { node in
      ClusterNodeView(
        id: node.id, name: node.name, tunnel: node.tunnel, isAlive: cluster.records.alive.contains(node.id),
        isThisHost: node.id == cluster.node,
        containers: Set(places.filter { $0.node == node.id }.map(\.container)).count)
    }
  }

  /// Forgets a host that is gone, with all that its containers held.
  ///
  /// - Throws: `conflict` for one whose engine is alive, and for this one.
  public func removeClusterNode(_ reference: String) async throws {
    let store = try await storeInTime()
    let snapshot = try await asking { () throws(StoreFailure) in try await store.snapshot() }
    await absorb(snapshot)
    guard let cluster else { throw Self.noCluster }
    let node = try cluster.records.node(reference)
    guard node.id != cluster.node else {
      throw EngineError(.conflict, "\(node.name) is this engine's own host: forget it from another one")
    }
    let refusal = EngineError(
      .conflict, "the engine of host \(node.name) is alive: stop it there first, or remove its containers")
    guard !cluster.records.alive.contains(node.id) else { throw refusal }
    // The host itself at last: until then the rest can be found again.
    let paths = cluster.records.holdings(of: node.id) + [.node(node.id)]
    for start in stride(from: 0, to: paths.count, by: Transaction.mostActs) {
      let part = paths[start..<min(start + Transaction.mostActs, paths.count)]
      let removal = Transaction(
        if: [.absent(ClusterPath.alive(node.id).description)], then: part.map { .remove($0.description) })
      let outcome = try await asking { () throws(StoreFailure) in try await store.commit(removal) }
      guard outcome.isDone else { throw refusal }
      if start + Transaction.mostActs >= paths.count { try await know(outcome.revision) }
    }
  }
}
