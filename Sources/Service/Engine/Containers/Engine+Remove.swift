import EngineModel
import Glibc
import Kernel
import Logging
import StateStore

extension Engine {
  /// - Parameters:
  ///   - force: kills a running container first.
  ///   - volumes: also removes its anonymous volumes.
  ///   - link: removes only the link of this name (`parent/alias`), not the container.
  package func removeContainer(
    _ reference: String, force: Bool = false, volumes: Bool = false, link: Bool = false
  ) async throws {
    if link { return try await removeLink(reference) }
    let id = try state.container(reference).id
    try await remove(id, force: force, volumes: volumes)
  }

  private func remove(_ id: ContainerID, force: Bool, volumes: Bool) async throws {
    try transition(id, .memoryOnly) { (machine, container) throws(EngineError) in
      try machine.beginRemoval(&container, force: force)
    }
    transient.restarts.cancel(id)
    let operation: OperationID
    do throws(EngineError) {
      // From here on a start of the engine completes the removal.
      operation = try begin(.removeContainer(id, withAnonymousVolumes: volumes))
    } catch {
      transient.machines[id]?.didFailToRemove()
      throw error
    }
    await checkpoint("removal recorded")
    do {
      // A start or an exit under way finishes first.
      try await kill(id, failing: "could not kill container: \(id.short)")
    } catch {
      abandon(operation)
      transient.machines[id]?.didFailToRemove()
      throw error
    }
    do {
      try await withLock(on: id) { try await destroy(id, volumes: volumes) }
    } catch {
      // Parts of the container may be gone already. The next start of the engine, or another removal, removes the rest.
      transient.machines[id]?.didFailToRemove()
      throw error
    }
  }

  /// Removes a stopped container with its files and its record. The caller must hold its lock.
  ///
  /// - Parameter isRecovery: the engine is starting, and does not wait until volumes' folders are deleted.
  func destroy(_ id: ContainerID, volumes: Bool, isRecovery: Bool = false) async throws {
    guard let container = state.containers[id] else {
      // Another removal was faster.
      for operation in operations.removals(of: id) { abandon(operation) }
      return
    }
    let parts = try parts
    if operations.removals(of: id).isEmpty { _ = try begin(.removeContainer(id, withAnonymousVolumes: volumes)) }
    async let process: Void = parts.runtime.delete(id)
    async let layer: Void = parts.images.remove(id)
    do {
      try await process
    } catch {
      _ = try? await layer
      throw error
    }
    try await layer
    await checkpoint("process and layer removed")
    // A client may still read its files.
    await releaseMounts(of: container)
    try removeFiles(files(of: id))
    await checkpoint("container folder removed")
    let removed = volumes ? anonymousVolumes(usedOnlyBy: container) : []
    operations.volumeLocks.lock(removed.map(\.name))
    defer { operations.volumeLocks.unlock(removed.map(\.name)) }
    var retired: [String: String] = [:]
    for volume in removed {
      await attempting("removing volume \(volume.name)") {
        retired[volume.name] = try await self.moveFolderToTrash(ofVolume: volume.name) ?? ""
      }
      await checkpoint("volume folder moved away")
    }
    let folders = retired.values.filter { !$0.isEmpty }
    let tasks = state.cleanup.add(folders.map(CleanupTask.removeFolder))
    let removals = operations.removals(of: id)
    do throws(EngineError) {
      try commit(
        [.removeContainer(id)] + retired.keys.sorted().map(StoreChange.removeVolume)
          + removals.map { operations.remove($0) })
    } catch {
      // The next start of the engine, or another removal, completes it.
      state.cleanup.complete(tasks)
      for removal in removals {
        _ = operations.put(.removeContainer(id, withAnonymousVolumes: volumes), removal)
      }
      throw error
    }
    state.remove(container)
    for name in retired.keys { state.volumes[name] = nil }
    let code = container.state.exitCode
    transient.remove(id)
    emit("destroy", container)
    transient.waits.resolve(id, WaitList.everything, WaitResult(exitCode: code))
    for volume in removed where retired[volume.name] != nil {
      emit(.volume, "destroy", volume.name, ["driver": volume.driver])
    }
    await checkpoint("container record deleted")
    for folder in folders where !isRecovery { await cleanUp(.folder(folder)) }
  }

  private func anonymousVolumes(usedOnlyBy container: Container) -> [Volume] {
    let mounts = container.mounts.filter { $0.kind == .volume && $0.isAnonymous ?? Self.isAnonymous($0, in: container) }
    let names = Set(mounts.compactMap(\.name))
    return names.sorted().compactMap { state.volumes[$0] }.filter { volume in
      volume.isAnonymous && state.users(ofVolume: volume.name).allSatisfy { $0.id == container.id }
        && operations.volumeLocks.work(on: [volume.name]) == nil
    }
  }

  /// For a record of an older engine, which does not say how a mount was asked for.
  private static func isAnonymous(_ mount: MountPoint, in container: Container) -> Bool {
    let host = container.host
    guard host.volumesFrom.isEmpty else { return false }
    return !host.binds.contains { $0.split(separator: ":").first.map(String.init) == mount.name }
      && !host.mounts.contains { $0.source == mount.name }
  }

  /// Removes a container that asked for it (`--rm`), with its anonymous volumes, as Docker does.
  func destroyLogged(_ id: ContainerID) async {
    do {
      try await destroy(id, volumes: true)
    } catch {
      logger.error("removing container \(id.short): \(error)")
      transient.waits.resolve(
        id, WaitList.everything,
        WaitResult(exitCode: state.containers[id]?.state.exitCode ?? 0, error: ErrorText.of(error)))
      transient.machines[id]?.didFailToRemove()
    }
  }

  /// Removes stopped containers. Filters: `label`, `label!`, `until`.
  ///
  /// - Returns: the ids of the removed ones.
  package func pruneContainers(_ filters: Filters = Filters()) async throws -> PruneResult {
    var result = PruneResult()
    for container in try prunableContainers(filters) {
      let size = try? await parts.images.sizes(container.id, image: container.imageID).written
      do {
        try await remove(container.id, force: false, volumes: false)
        result.removed.append(container.id.rawValue)
        result.reclaimed += size ?? 0
      } catch let error as EngineError where error.code == .conflict || error.code == .notFound {
        logger.debug("not pruned: \(error)")
      }
    }
    emitPrune(.container, reclaimed: result.reclaimed)
    return result
  }

  /// Stopped containers, the oldest first.
  func prunableContainers(_ filters: Filters) throws(EngineError) -> [Container] {
    try filters.check(allowed: ["label", "label!", "until"])
    let until = try filters.until(now: .now)
    return state.containers.values.filter { container in
      isStopped(container) && transient.machines[container.id]?.isStarting != true
        && filters.matches(labels: container.configuration.labels) && (until.map { container.created < $0 } ?? true)
    }.sorted { $0.created < $1.created }
  }

  /// The stream's first element, or `nil` after the limit.
  static func first(of stream: AsyncStream<WaitResult>, within limit: Duration?) async -> WaitResult? {
    guard let limit else { return await stream.first { _ in true } }
    return await withTaskGroup(of: WaitResult?.self) { group in
      group.addTask { await stream.first { _ in true } }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }
}
