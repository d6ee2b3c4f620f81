public import EngineModel
import Glibc
import Images
import StateStore

extension Engine {
  /// Making a volume that is there already gives that one.
  ///
  /// - Parameter name: empty: the engine makes one up, and the volume is anonymous.
  public func createVolume(
    name: String = "", driver: String = "", options: [String: String] = [:], labels: [String: String] = [:]
  ) async throws -> Volume {
    if !name.isEmpty { try ObjectNames.volume(name) }
    if let known = state.volumes[name] {
      guard driver.isEmpty || driver == known.driver else {
        throw EngineError(
          .conflict, "volume name \"\(name)\" already exists with a different driver: conflict")
      }
      return known
    }
    let volume = try designVolume(
      MountBuilder.VolumeRequest(name: name.isEmpty ? nil : name, driver: driver, labels: labels, options: options))
    try commit([.putVolume(volume)])
    state.volumes[volume.name] = volume
    do {
      try makeFolder(volume.mountpoint, 0o755)
    } catch {
      state.volumes[volume.name] = nil
      try? commit([.removeVolume(volume.name)])
      throw Self.described("create \(volume.name)", error)
    }
    emit(.volume, "create", volume.name, ["driver": volume.driver])
    return volume
  }

  func designVolume(_ wish: MountBuilder.VolumeRequest) throws(EngineError) -> Volume {
    guard ["", "local"].contains(wish.driver) else {
      throw EngineError(
        .notFound, "error looking up volume plugin \(wish.driver): plugin \"\(wish.driver)\" not found")
    }
    _ = try LocalVolumeOptions(wish.options)
    let name = wish.name ?? ContainerID.random().rawValue
    var labels = wish.labels
    if wish.name == nil { labels["com.docker.volume.anonymous"] = "" }
    return Volume(
      name: name, created: .now, mountpoint: "\(configuration.volumesPath)/\(name)/_data", labels: labels,
      options: wish.options, isAnonymous: wish.name == nil)
  }

  /// Filters: `dangling`, `driver`, `label`, `name`.
  public func volumes(_ filters: Filters = Filters()) throws -> [Volume] {
    try filters.check(allowed: ["dangling", "driver", "label", "name"])
    let dangling = try filters.flag("dangling")
    let used = usedVolumes
    return state.volumes.values.filter { volume in
      filters.allows("driver", volume.driver) && filters.matches(labels: volume.labels)
        && filters.matches("name", volume.name) && (dangling.map { $0 != used.contains(volume.name) } ?? true)
    }.sorted { $0.name < $1.name }
  }

  private var usedVolumes: Set<String> {
    Set(state.containers.values.flatMap { $0.mounts.compactMap { $0.kind == .volume ? $0.name : nil } })
  }

  public func volume(_ name: String) throws -> Volume { try state.volume(name) }

  public func removeVolume(_ name: String, force: Bool = false) async throws {
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

  private func remove(_ volume: Volume) async throws {
    try commit([.removeVolume(volume.name)])
    state.volumes[volume.name] = nil
    try await removeVolumeFolder(volume)
    emit(.volume, "destroy", volume.name, ["driver": volume.driver])
  }

  /// Whatever is mounted in it is taken away first: it is not the engine's.
  func removeVolumeFolder(_ volume: Volume) async throws {
    let folder = "\(configuration.volumesPath)/\(volume.name)"
    try await volumeMounts.clear(folder)
    try await removeFolder(folder)
  }

  /// Filters: `label`, `label!`, `all`. Anonymous volumes only unless `all` says otherwise.
  public func pruneVolumes(_ filters: Filters = Filters()) async throws -> PruneResult {
    try filters.check(allowed: ["label", "label!", "all"])
    let all = try filters.flag("all") ?? false
    let used = usedVolumes
    var result = PruneResult()
    for volume in state.volumes.values.sorted(by: { $0.name < $1.name })
    where !used.contains(volume.name) && (all || volume.isAnonymous) && filters.matches(labels: volume.labels)
      && state.users(ofVolume: volume.name).isEmpty
    {
      let size = try await TreeSize.bytes(below: volume.mountpoint)
      try await remove(volume)
      result.removed.append(volume.name)
      result.reclaimed += size
    }
    emitPrune(.volume, reclaimed: result.reclaimed)
    return result
  }
}
