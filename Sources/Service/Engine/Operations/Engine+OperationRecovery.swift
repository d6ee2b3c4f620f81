import DataPlane
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler
import StateStore

/// What a start of the engine does about operations that an earlier engine did not finish.
extension Engine {
  /// Networks that an older engine was creating when it was killed. They had a record; no client was told of them.
  func removeUnfinishedNetworks(_ ids: Set<NetworkID>) throws(EngineError) {
    let networks = ids.compactMap { state.networks[$0] }
    for network in networks {
      logger.warning("network \(network.name) was not finished when the engine ended; it is removed")
      state.remove(network)
    }
    try commit(networks.map { .removeNetwork($0.id) })
  }

  /// The part of recovery that comes before reconciliation: links without a mark are deleted, so that their names are
  /// free; what is being removed is no longer desired.
  ///
  /// - Returns: the networks whose removal was interrupted.
  func prepareOperationRecovery(_ parts: Parts) async -> [NetworkID: Network] {
    let links = operations.operations.values.flatMap(\.links)
    if !links.isEmpty {
      await attempting("deleting links of interrupted operations") {
        try await parts.reconciler.removeUnmarked(links)
      }
    }
    var removed: [NetworkID: Network] = [:]
    for operation in operations.operations.values {
      switch operation {
      case .removeNetwork(let id):
        guard let network = state.networks[id] else { continue }
        removed[id] = network
        state.remove(network)
      case .connect(let id, let endpoint, _):
        await attempting("undoing the connection of \(id.short)") { try self.removeUnjoinedEndpoint(endpoint, of: id) }
      default: continue
      }
    }
    return removed
  }

  /// An endpoint for which the network's plugin made no link cannot be completed.
  private func removeUnjoinedEndpoint(_ endpoint: EndpointID, of id: ContainerID) throws(EngineError) {
    guard var container = state.containers[id],
      let index = container.endpoints.firstIndex(where: { $0.id == endpoint }),
      container.endpoints[index].pluginEndpoint?.isJoined == false
    else { return }
    var dropped = container.endpoints.remove(at: index)
    state.release(&dropped)
    try mutate(id) { $0.copyNetworking(from: container) }
  }

  /// Whether the removal of a container was interrupted: its process must not be taken over.
  func isBeingRemoved(_ id: ContainerID) -> Bool { !operations.removals(of: id).isEmpty }

  /// The part of recovery that comes after reconciliation. An operation that fails again stays in the database, and the
  /// next start tries once more.
  func recoverOperations(_ networks: [NetworkID: Network], _ parts: Parts) async {
    for (id, operation) in operations.operations {
      logger.info("an operation was interrupted", metadata: ["kind": "\(operation.kind)"])
      await attempting("recovering the operation \(operation.kind)") {
        try await self.recover(operation, id, networks, parts)
      }
    }
    moveLeftFoldersToTrash()
  }

  private func recover(
    _ operation: Operation, _ id: OperationID, _ networks: [NetworkID: Network], _ parts: Parts
  ) async throws {
    switch operation {
    case .createContainer(let container, let volumes):
      try await undoCreation(of: container, volumes, parts)
    case .removeContainer(let container, let withAnonymousVolumes):
      return try await destroy(container, volumes: withAnonymousVolumes, isRecovery: true)
    case .connect(let container, _, _): try await completeConnection(of: container, parts)
    case .disconnect(let container):
      if let record = state.containers[container], isRunning(record) { try updateFiles(of: record) }
    case .commit(let container):
      if state.containers[container]?.state.status == .paused { try await unpauseContainer(container.rawValue) }
    case .createVolume(let volume): try await undoCreation(of: volume)
    case .removeVolume(let name):
      _ = try await completeRemoval(ofVolume: name, id)
      return
    case .fillVolume(let name, let isMoving):
      guard let volume = state.volumes[name] else { break }
      guard volume.options.isEmpty else { return recoverFilling(of: volume, isMoving: isMoving, id) }
      if isMoving { try await completeFilling(volume) } else { try await undoFilling(volume) }
    case .removeNetwork(let network):
      if let network = networks[network] { await removeKernelState(of: network, parts) }
      return try finish(id, with: [.removeNetwork(network)])
    case .build(let container, _): try removeFiles(files(of: container))
    case .createNetwork, .startContainer: break
    }
    try finish(id)
  }

  /// A volume that is a file system of its own is mounted first, which may wait for a server: the engine's start does not.
  private func recoverFilling(of volume: Volume, isMoving: Bool, _ operation: OperationID) {
    operations.volumeLocks.lock([volume.name])
    let user = ContainerID.random()
    Task {
      await self.attempting("recovering the filling of volume \(volume.name)") {
        try await self.volumeMounts.mount(volume, for: user)
        if isMoving { try await self.completeFilling(volume) } else { try await self.undoFilling(volume) }
        try self.finish(operation)
      }
      await self.attempting("unmounting volume \(volume.name)") {
        try await self.volumeMounts.unmount(volume, for: user)
      }
      self.operations.volumeLocks.unlock([volume.name])
    }
  }

  /// The endpoint is in the record and its links are made. What is missing comes from the record.
  private func completeConnection(of id: ContainerID, _ parts: Parts) async throws {
    guard var container = state.containers[id], isRunning(container) else { return }
    if try await updateGatewayEndpoint(of: &container) {
      try commitGatewayEndpoint(of: container)
      try await createNeededBridges(of: container, parts)
      try await updateSandbox(of: container)
      try await parts.dataPlane.apply(dataPlaneTable(of: container).changes)
    }
    try updateFiles(of: container)
  }

  /// Folders that were moved away before the volume's record was deleted.
  private func moveLeftFoldersToTrash() {
    let names = (try? SandboxDirectory(configuration.volumesPath).list()) ?? []
    let paths = names.filter { $0.hasPrefix(RetiredFolder.prefix) }.map { "\(configuration.volumesPath)/\($0)" }
    let known = state.cleanup.counts
    state.cleanup.add(paths.filter { known[.folder($0)] == nil }.map(CleanupTask.removeFolder))
  }
}
