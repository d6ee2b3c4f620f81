import EngineModel
import Logging
import NetworkPlan
import Reconciler
import StateStore

/// What a start of the engine does about operations that an earlier engine did not finish.
extension Engine {
  /// Networks that an older engine was creating when it was killed. They had a record; no client was told of them.
  func dropUnfinishedNetworks(_ ids: Set<NetworkID>) throws(EngineError) {
    let networks = ids.compactMap { state.networks[$0] }
    for network in networks {
      logger.warning("network \(network.name) was not finished when the engine ended; it is removed")
      state.remove(network)
    }
    try commit(networks.map { .removeNetwork($0.id) })
  }

  /// Deletes links that were made and not marked, so that what needs their names can be made. Before reconciliation.
  func removeUnmarkedLinks(_ parts: Parts) async {
    let links = operations.operations.values.flatMap(\.links)
    guard !links.isEmpty else { return }
    await attempting("removing links of interrupted operations") {
      try await parts.reconciler.removeUnmarked(links)
    }
  }

  /// Undoes and completes what earlier operations left. After reconciliation.
  func recoverOperations(_ parts: Parts) async {
    for (id, operation) in operations.operations {
      logger.info("an operation was interrupted", metadata: ["kind": "\(operation.kind)"])
      await attempting("recovering \(operation.kind)") { try await self.recover(operation, id, parts) }
    }
  }

  private func recover(_ operation: Operation, _ id: OperationID, _ parts: Parts) async throws {
    switch operation {
    case .createNetwork: try finish(id)
    default: try finish(id)
    }
  }
}
