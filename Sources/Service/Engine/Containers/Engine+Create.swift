import Coordination
import EngineModel
import Glibc
import Images
import Kernel
import Runtime
import StateStore

extension Engine {
  package func createContainer(_ request: ContainerCreateRequest) async throws -> ContainerCreated {
    let parts = try parts
    if let name = request.name, !name.isEmpty { try requireFree(try ContainerName.check(name)) }
    guard !request.configuration.image.isEmpty else {
      throw EngineError(.invalidParameter, "no image specified")
    }
    let image = try parts.images.facts(request.configuration.image)
    let hostWarnings = try await parts.runtime.validate(request.host)
    let creation = try await beginCreation(request, image)
    let container = creation.container
    defer { operations.volumeLocks.unlock(creation.lockedVolumes) }
    do {
      try await withLock(on: container.id) { try await prepare(creation, parts) }
      try announce(creation)
    } catch {
      await attempting("undoing the creation of \(container.id.short)") {
        try await self.undoCreation(of: container.id, creation.newVolumes, parts)
        try self.finish(creation.operation)
      }
      state.endReservation(container.id)
      throw Self.described("failed to create container", error)
    }
    for volume in creation.volumes { emit(.volume, "create", volume.name, ["driver": volume.driver]) }
    emit("create", container)
    return ContainerCreated(
      id: container.id, warnings: creation.warnings + hostWarnings + publishingWarnings(of: container))
  }

  /// A container that is being created: its operation is in the database, and clients do not see it.
  private struct Creation {
    let operation: OperationID
    let container: Container
    /// Volumes that do not exist yet.
    let volumes: [Volume]
    let newVolumes: [Operation.NewVolume]
    let entries: [MountBuilder.Entry]
    let lockedVolumes: Set<String>
    let warnings: [String]
  }

  /// Reserves the container's name and volumes, and commits the operation.
  private func beginCreation(
    _ request: ContainerCreateRequest, _ image: ContainerBuilder.ImageFacts
  ) async throws -> Creation {
    while true {
      // No `await` from here to the commit.
      let draft = try draft(request, image)
      let (container, volumes, entries) = try withMounts(draft.container)
      if let work = operations.volumeLocks.work(on: entries.compactMap(\.point.name)) {
        await work.value()
        continue
      }
      let filled = entries.filter(\.volumeCopiesImage).compactMap { $0.point.name.flatMap { state.volumes[$0] } }
      let locked = Set(volumes.map(\.name) + filled.filter(mayNeedFilling).map(\.name))
      let new = volumes.map { newVolume($0.name) }
      let operation = try begin(.createContainer(container.id, volumes: new))
      state.reserve(container)
      operations.volumeLocks.lock(locked)
      return Creation(
        operation: operation, container: container, volumes: volumes, newVolumes: new, entries: entries,
        lockedVolumes: locked, warnings: draft.warnings)
    }
  }

  /// Commits the records of a container and its volumes that are whole.
  private func announce(_ creation: Creation) throws(EngineError) {
    let container = creation.container
    try finish(
      creation.operation, with: creation.volumes.map(StoreChange.putVolume) + [.putContainer(container)])
    for volume in creation.volumes { state.volumes[volume.name] = volume }
    state.put(container)
    state.endReservation(container.id)
  }

  func requireFree(_ name: String) throws(EngineError) {
    guard let holder = state.containerNames[name] else { return }
    throw EngineError(
      .conflict,
      "Conflict. The container name \"/\(name)\" is already in use by container \"\(holder)\". You have to remove (or "
        + "rename) that container to be able to reuse that name.")
  }

  /// The record of a container as a request describes it. Allocates nothing.
  func draft(
    _ request: ContainerCreateRequest, _ image: ContainerBuilder.ImageFacts
  ) throws(EngineError) -> ContainerBuilder.Outcome {
    var name = ""
    if let requested = request.name, !requested.isEmpty {
      name = try ContainerName.check(requested)
      try requireFree(name)
    } else {
      var generator = SystemRandomNumberGenerator()
      name = NameChoice.make(isTaken: { state.containerNames[$0] != nil }, using: &generator)
    }
    let host = request.host
    _ = try CapabilitySet.adjusted(add: host.capAdd, drop: host.capDrop, privileged: host.privileged)
    return try ContainerBuilder(request: request, image: image).container(
      id: .random(), name: name, in: state,
      defaults: ContainerBuilder.Defaults(
        hostname: hostState.environment.hostname, runtime: parts.runtime.defaultRuntime,
        runtimes: parts.runtime.runtimeNames,
        hasUnifiedCgroups: hostState.environment.hasUnifiedCgroups, containers: configuration.containerDefaults,
        platform: "linux/\(Platform.architecture)"),
      now: .now)
  }

  /// The record with its mounts, the new volumes that it needs, and the steps for each mount.
  private func withMounts(
    _ draft: Container
  ) throws(EngineError) -> (Container, volumes: [Volume], entries: [MountBuilder.Entry]) {
    var container = draft
    var volumes: [Volume] = []
    var entries = try MountBuilder(draft, in: state).entries
    for index in entries.indices {
      if entries[index].point.kind == .bind, !entries[index].makesSource,
        access(entries[index].point.source, F_OK) != 0
      {
        throw EngineError(
          .invalidParameter,
          "invalid mount config for type \"bind\": bind source path does not exist: \(entries[index].point.source)")
      }
      if entries[index].point.kind == .image {
        do throws(EngineError) {
          entries[index].point.source = try parts.images.facts(entries[index].point.source).id
        } catch {
          // Not "not found": clients would pull the container's own image.
          throw EngineError(.invalidParameter, "invalid mount config for type \"image\": \(error.message)")
        }
      }
      guard let request = entries[index].volume else { continue }
      let volume: Volume
      if let known = request.name.flatMap({ name in state.volumes[name] ?? volumes.first { $0.name == name } }) {
        volume = known
      } else {
        volume = try makeVolume(request)
        volumes.append(volume)
      }
      entries[index].point.isAnonymous = request.name == nil
      entries[index].point.name = volume.name
      entries[index].point.source = volume.mountpoint
      entries[index].point.driver = volume.driver
    }
    container.mounts = entries.map(\.point)
    return (container, volumes, entries)
  }

  /// Creates the folders that the container needs before it can start.
  private func prepare(_ creation: Creation, _ parts: Parts) async throws {
    let container = creation.container
    try makeFolder(files(of: container.id).folder, 0o710)
    await checkpoint("container folder made")
    for volume in creation.volumes {
      try makeFolder(volume.mountpoint, 0o755)
      await checkpoint("volume folder made")
    }
    for entry in creation.entries where entry.makesSource && access(entry.point.source, F_OK) != 0 {
      try makeFolder(entry.point.source, 0o755)
    }
    try await parts.images.prepare(container.id, image: container.imageID)
    await checkpoint("container layer made")
    let copying = creation.entries.filter { $0.volumeCopiesImage && $0.point.kind == .volume }
    guard !copying.isEmpty else { return }
    let root = try await parts.images.mount(container.id)
    for entry in copying {
      guard let name = entry.point.name else { continue }
      if let volume = creation.volumes.first(where: { $0.name == name }) {
        let isFresh = creation.newVolumes.contains { $0.name == name && !$0.hadFolder }
        try await fill(volume, isFresh: isFresh, from: entry.point.destination, in: root, for: container.id)
      } else if let volume = state.volumes[name], creation.lockedVolumes.contains(name) {
        try await fill(volume, isFresh: false, from: entry.point.destination, in: root, for: container.id)
      }
      await checkpoint("volume filled")
    }
    try await parts.images.unmount(container.id)
    await checkpoint("root file system unmounted")
  }

  /// - Parameter isFresh: undoing the container's creation removes the volume.
  private func fill(
    _ volume: Volume, isFresh: Bool, from destination: String, in root: String, for id: ContainerID
  ) async throws {
    try await volumeMounts.mount(volume, for: id)
    do {
      if isFresh, volume.options.isEmpty {
        try await fillNew(volume, from: destination, in: root)
      } else {
        try await fill(volume, from: destination, in: root)
      }
    } catch {
      try? await volumeMounts.unmount(volume, for: id)
      throw error
    }
    try await volumeMounts.unmount(volume, for: id)
  }

  /// Removes everything that was made for a container and its new volumes. Doing it twice is harmless.
  func undoCreation(of id: ContainerID, _ volumes: [Operation.NewVolume], _ parts: Parts) async throws {
    try await parts.images.remove(id)
    try removeFiles(files(of: id))
    for volume in volumes { try await undoCreation(of: volume) }
  }
}
