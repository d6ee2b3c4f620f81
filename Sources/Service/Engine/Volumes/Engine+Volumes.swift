package import EngineModel
import Coordination
import Glibc
import Images
import Kernel
import StateStore

extension Engine {
  /// Returns the existing volume if there is one of that name.
  ///
  /// - Parameter name: empty: the engine chooses a name, and the volume is anonymous.
  package func createVolume(
    name: String = "", driver: String = "", options: [String: String] = [:], labels: [String: String] = [:]
  ) async throws -> Volume {
    if !name.isEmpty { try ObjectNames.volume(name) }
    while let work = operations.volumeLocks.work(on: [name]) { await work.value() }
    if let known = state.volumes[name] {
      guard driver.isEmpty || driver == known.driver else {
        throw EngineError(
          .conflict, "volume name \"\(name)\" already exists with a different driver: conflict")
      }
      return known
    }
    let volume = try makeVolume(
      MountBuilder.VolumeRequest(name: name.isEmpty ? nil : name, driver: driver, labels: labels, options: options))
    let new = newVolume(volume.name)
    let operation = try begin(.createVolume(new))
    operations.volumeLocks.lock([volume.name])
    defer { operations.volumeLocks.unlock([volume.name]) }
    do {
      try makeFolder(volume.mountpoint, 0o755)
      await checkpoint("volume folder made")
      try finish(operation, with: [.putVolume(volume)])
    } catch {
      await attempting("removing the folder of volume \(volume.name)") {
        try await self.undoCreation(of: new)
        try self.finish(operation)
      }
      throw Self.described("create \(volume.name)", error)
    }
    state.volumes[volume.name] = volume
    emit(.volume, "create", volume.name, ["driver": volume.driver])
    return volume
  }

  /// The record of a volume as it would be.
  func makeVolume(_ request: MountBuilder.VolumeRequest) throws(EngineError) -> Volume {
    guard ["", "local"].contains(request.driver) else {
      throw EngineError(
        .notFound, "error looking up volume plugin \(request.driver): plugin \"\(request.driver)\" not found")
    }
    _ = try LocalVolumeOptions(request.options)
    let name = request.name ?? ContainerID.random().rawValue
    var labels = request.labels
    if request.name == nil { labels["com.docker.volume.anonymous"] = "" }
    return Volume(
      name: name, created: .now, mountpoint: "\(configuration.volumesPath)/\(name)/_data", labels: labels,
      options: request.options, isAnonymous: request.name == nil)
  }

  /// Filters: `dangling`, `driver`, `label`, `name`.
  package func volumes(_ filters: Filters = Filters()) throws -> [Volume] {
    try filters.check(allowed: ["dangling", "driver", "label", "name"])
    let dangling = try filters.flag("dangling")
    let used = usedVolumes
    return state.volumes.values.filter { volume in
      filters.allows("driver", volume.driver) && filters.matches(labels: volume.labels)
        && filters.matches("name", volume.name) && (dangling.map { $0 != used.contains(volume.name) } ?? true)
    }.sorted { $0.name < $1.name }
  }

  private var usedVolumes: Set<String> {
    let containers = Array(state.containers.values) + state.pendingContainers.values
    return Set(containers.flatMap { $0.mounts.compactMap { $0.kind == .volume ? $0.name : nil } })
  }

  package func volume(_ name: String) throws -> Volume { try state.volume(name) }

  package func removeVolume(_ name: String, force: Bool = false) async throws {
    while let work = operations.volumeLocks.work(on: [name]) { await work.value() }
    guard let volume = state.volumes[name] else {
      if force { return }
      throw EngineError(.notFound, "get \(name): no such volume")
    }
    let users = state.users(ofVolume: name)
    guard users.isEmpty else {
      throw EngineError(
        .conflict, "remove \(name): volume is in use - [\(users.map(\.id.rawValue).sorted().joined(separator: ", "))]")
    }
    try await remove(volume)
  }

  /// No container uses the volume, and its lock is free.
  private func remove(_ volume: Volume) async throws {
    let operation = try begin(.removeVolume(name: volume.name))
    operations.volumeLocks.lock([volume.name])
    let retired: String?
    do {
      defer { operations.volumeLocks.unlock([volume.name]) }
      retired = try await completeRemoval(ofVolume: volume.name, operation)
    } catch {
      abandon(operation)
      throw error
    }
    // The name is free already.
    if let retired { await cleanUp(.folder(retired)) }
    emit(.volume, "destroy", volume.name, ["driver": volume.driver])
  }

  /// Moves the folder away and deletes the record.
  ///
  /// - Returns: where the folder is now. The cleanup queue deletes it.
  func completeRemoval(ofVolume name: String, _ operation: OperationID) async throws -> String? {
    let retired = try await moveFolderToTrash(ofVolume: name)
    await checkpoint("volume folder moved away")
    let tasks = state.cleanup.add([retired].compactMap(\.self).map(CleanupTask.removeFolder))
    do {
      try finish(operation, with: [.removeVolume(name)])
    } catch {
      state.cleanup.complete(tasks)
      if let retired { rename(retired, folder(ofVolume: name)) }
      throw error
    }
    state.volumes[name] = nil
    await checkpoint("volume record deleted")
    return retired
  }

  /// Filters: `label`, `label!`, `all`. Anonymous volumes only unless `all` says otherwise.
  package func pruneVolumes(_ filters: Filters = Filters()) async throws -> PruneResult {
    try filters.check(allowed: ["label", "label!", "all"])
    let all = try filters.flag("all") ?? false
    let used = usedVolumes
    var result = PruneResult()
    for volume in state.volumes.values.sorted(by: { $0.name < $1.name })
    where !used.contains(volume.name) && (all || volume.isAnonymous) && filters.matches(labels: volume.labels)
      && state.users(ofVolume: volume.name).isEmpty && operations.volumeLocks.work(on: [volume.name]) == nil
    {
      let size = try await TreeSize.bytes(below: volume.mountpoint)
      // It may have found a user while its size was taken.
      guard state.volumes[volume.name] != nil, state.users(ofVolume: volume.name).isEmpty,
        operations.volumeLocks.work(on: [volume.name]) == nil
      else { continue }
      try await remove(volume)
      result.removed.append(volume.name)
      result.reclaimed += size
    }
    emitPrune(.volume, reclaimed: result.reclaimed)
    return result
  }
}
