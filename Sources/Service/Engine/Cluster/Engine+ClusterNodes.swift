import Cluster
import ClusterStore
import EngineModel

extension Engine {
  /// The nodes of the cluster, sorted by name.
  ///
  /// - Throws: `unavailable` without a cluster.
  package func clusterNodes() throws -> [ClusterNodeView] {
    guard let cluster else { throw Self.noCluster }
    let endpoints = cluster.records.endpoints.values.flatMap(\.values)
    return cluster.records.nodes.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map { node in
      ClusterNodeView(
        id: node.id, name: node.name, tunnel: node.tunnel, isAlive: cluster.records.alive.contains(node.id),
        isThisHost: node.id == cluster.node,
        containers: Set(endpoints.filter { $0.node == node.id }.map(\.container)).count)
    }
  }

  /// Removes a node from the cluster, with its containers' endpoints and addresses.
  ///
  /// - Throws: `conflict` if the node's engine is alive, and for this node.
  package func removeClusterNode(_ reference: String) async throws {
    let store = try await connectedStoreAtStart()
    let snapshot = try await withStore { () throws(StoreFailure) in try await store.snapshot() }
    await receive(snapshot)
    guard let cluster else { throw Self.noCluster }
    let node = try cluster.records.node(reference)
    guard node.id != cluster.node else {
      throw EngineError(.conflict, "\(node.name) is this node: remove it on another node")
    }
    let refusal = EngineError(
      .conflict, "the engine of node \(node.name) is alive: stop it first, or remove its containers")
    guard !cluster.records.alive.contains(node.id) else { throw refusal }
    // The node's own record is removed last: until then, a failed removal can be repeated.
    let paths = cluster.records.paths(ofNode: node.id) + [.node(node.id)]
    for start in stride(from: 0, to: paths.count, by: Transaction.mostActs) {
      let part = paths[start..<min(start + Transaction.mostActs, paths.count)]
      let removal = Transaction(
        if: [.absent(ClusterPath.alive(node.id).description)], then: part.map { .remove($0.description) })
      let outcome = try await withStore { () throws(StoreFailure) in try await store.commit(removal) }
      guard outcome.isDone else { throw refusal }
      if start + Transaction.mostActs >= paths.count { try await waitUntilReceived(outcome.revision) }
    }
  }
}
