import EngineModel
import Glibc
import Logging
import StateStore

extension Engine {
  /// - Parameters:
  ///   - force: kills it first when it runs.
  ///   - volumes: its anonymous volumes, too.
  ///   - link: only the link of this name (`parent/alias`), not the container.
  public func removeContainer(
    _ reference: String, force: Bool = false, volumes: Bool = false, link: Bool = false
  ) async throws {
    guard !link else { throw EngineError(.notImplemented, "links are removed by removing the container that has them") }
    let id = try state.container(reference).id
    try await remove(id, force: force, volumes: volumes)
  }

  private func remove(_ id: ContainerID, force: Bool, volumes: Bool) async throws {
    let container = try record(id)
    var life = lives[id] ?? ContainerLife(container)
    try life.beginRemoval(of: container, force: force)
    lives[id] = life
    restarts.removeValue(forKey: id)?.cancel()
    do {
      // One that is being started or taken down right now gets to the end of that first.
      await alone(with: id) {}
      if lives[id]?.state.pid ?? 0 != 0 { try await kill(id) }
      try await alone(with: id) { try await destroy(id, volumes: volumes) }
    } catch {
      lives[id]?.didFailToRemove()
      throw error
    }
  }

  /// Ends a running container and waits until it is taken down.
  private func kill(_ id: ContainerID) async throws {
    let parts = try parts
    let (number, stream) = waits.add(id, .rest)
    defer { waits.leave(id, number) }
    // It may have ended by itself, which is as good.
    try? await parts.runtime.signal(id, SIGKILL)
    emit("kill", try record(id), ["signal": "\(SIGKILL)"])
    if lives[id]?.state.status == .paused { try? await parts.runtime.resume(id) }
    guard await Self.first(of: stream, within: .seconds(10)) != nil || lives[id]?.state.pid ?? 0 == 0 else {
      throw EngineError(.system, "could not kill container: \(id.short) did not end within 10 seconds")
    }
  }

  /// Takes away everything of a container that does not run, record included. The caller has it alone.
  func destroy(_ id: ContainerID, volumes: Bool) async throws {
    guard let container = state.containers[id] else { return }
    let parts = try parts
    async let process: Void = parts.runtime.delete(id)
    async let layer: Void = parts.images.remove(id)
    do {
      try await process
    } catch {
      _ = try? await layer
      throw error
    }
    try await layer
    // Somebody may still be reading its files from outside.
    await releaseMounts(of: container)
    try removeFiles(files(of: id))
    var changes: [StoreChange] = [.removeContainer(id)]
    var goners: [Volume] = []
    if volumes {
      let names = Set(container.mounts.filter { $0.kind == .volume }.compactMap(\.name))
      goners = names.compactMap { state.volumes[$0] }.filter { volume in
        volume.isAnonymous && state.users(ofVolume: volume.name).allSatisfy { $0.id == id }
      }
      changes += goners.map { .removeVolume($0.name) }
    }
    try commit(changes)
    state.remove(container)
    for volume in goners { state.volumes[volume.name] = nil }
    let code = container.state.exitCode
    lives[id] = nil
    execs = execs.filter { $0.value.container != id }
    refusePendingAttachments(id)
    emit("destroy", container)
    waits.resolve(id, [.exit, .rest, .removal], WaitResult(exitCode: code))
    for volume in goners {
      await attempting("removing volume \(volume.name)") {
        try await self.removeVolumeFolder(volume)
      }
      emit(.volume, "destroy", volume.name, ["driver": volume.driver])
    }
  }

  /// For a container that removes itself: its anonymous volumes go with it, as in Docker.
  func destroyLogged(_ id: ContainerID) async {
    do {
      try await destroy(id, volumes: true)
    } catch {
      logger.error("removing container \(id.short): \(error)")
      // Who waits for the removal shall not wait for ever.
      waits.resolve(
        id, [.exit, .rest, .removal],
        WaitResult(exitCode: state.containers[id]?.state.exitCode ?? 0, error: "\(error)"))
      lives[id]?.didFailToRemove()
    }
  }

  /// Filters: `label`, `label!`, `until`. The ids of what was removed.
  public func pruneContainers(_ filters: Filters = Filters()) async throws -> PruneResult {
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

  /// Those that do not run, the oldest first.
  func prunableContainers(_ filters: Filters) throws(EngineError) -> [Container] {
    try filters.check(allowed: ["label", "label!", "until"])
    let until = try filters.until(now: .now)
    return state.containers.values.filter { container in
      !container.state.isRunning && lives[container.id]?.isStarting != true
        && filters.matches(labels: container.configuration.labels) && (until.map { container.created < $0 } ?? true)
    }.sorted { $0.created < $1.created }
  }

  /// The stream's first element, or `nil` when it does not come in time.
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
