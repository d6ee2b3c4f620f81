import EngineModel
import Glibc
import Images
import Runtime
import StateStore

extension Engine {
  public func createContainer(_ request: ContainerCreateRequest) async throws -> ContainerCreated {
    let parts = try parts
    if let name = request.name, !name.isEmpty { try requireFree(try ObjectNames.container(name)) }
    guard !request.configuration.image.isEmpty else {
      throw EngineError(.invalidParameter, "no image specified")
    }
    let image = try parts.images.facts(request.configuration.image)
    let doubts = try await parts.runtime.review(request.host)
    // From here to the commit nothing is awaited.
    let draft = try draft(request, image)
    let (container, volumes, entries) = try withMounts(draft.container)
    try keep(container, with: volumes.map(StoreChange.putVolume))
    for volume in volumes { state.volumes[volume.name] = volume }
    lives[container.id] = ContainerLife(container)
    do {
      try await alone(with: container.id) { try await prepare(container, volumes, entries, parts) }
    } catch {
      await undoCreate(container, volumes, parts)
      throw Self.described("failed to create container", error)
    }
    for volume in volumes { emit(.volume, "create", volume.name, ["driver": volume.driver]) }
    emit("create", container)
    return ContainerCreated(id: container.id, warnings: draft.warnings + doubts + publishingWarnings(of: container))
  }

  func requireFree(_ name: String) throws(EngineError) {
    guard let holder = state.containerNames[name] else { return }
    throw EngineError(
      .conflict,
      "Conflict. The container name \"/\(name)\" is already in use by container \"\(holder)\". You have to remove (or "
        + "rename) that container to be able to reuse that name.")
  }

  /// The record of a container as it would be; nothing is taken.
  func draft(
    _ request: ContainerCreateRequest, _ image: ContainerBuilder.ImageFacts
  ) throws(EngineError) -> ContainerBuilder.Outcome {
    var name = ""
    if let wish = request.name, !wish.isEmpty {
      name = try ObjectNames.container(wish)
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
        hostname: hostFacts.hostname, runtime: parts.runtime.defaultRuntime, runtimes: parts.runtime.runtimeNames,
        hasUnifiedCgroups: hostFacts.hasUnifiedCgroups, containers: configuration.containerDefaults,
        platform: "linux/\(Platform.architecture)"),
      now: .now)
  }

  /// The record with its mounts, the volumes that have to be made for it, and what is to be done for each mount.
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
          // Not "not found", at which clients fetch the container's own image.
          throw EngineError(.invalidParameter, "invalid mount config for type \"image\": \(error.message)")
        }
      }
      guard let wish = entries[index].volume else { continue }
      let volume: Volume
      if let known = wish.name.flatMap({ name in state.volumes[name] ?? volumes.first { $0.name == name } }) {
        volume = known
      } else {
        volume = try designVolume(wish)
        volumes.append(volume)
      }
      entries[index].point.name = volume.name
      entries[index].point.source = volume.mountpoint
      entries[index].point.driver = volume.driver
    }
    container.mounts = entries.map(\.point)
    return (container, volumes, entries)
  }

  /// Makes the folders that the container needs before it can start.
  private func prepare(
    _ container: Container, _ volumes: [Volume], _ entries: [MountBuilder.Entry], _ parts: Parts
  ) async throws {
    try makeFolder(files(of: container.id).folder, 0o710)
    for volume in volumes { try makeFolder(volume.mountpoint, 0o755) }
    for entry in entries where entry.makesSource && access(entry.point.source, F_OK) != 0 {
      try makeFolder(entry.point.source, 0o755)
    }
    try await parts.images.prepare(container.id, image: container.imageID)
    let fresh = entries.filter { entry in entry.volumeCopiesImage && entry.point.kind == .volume }
    guard !fresh.isEmpty else { return }
    let root = try await parts.images.mount(container.id)
    for entry in fresh {
      guard let name = entry.point.name, let volume = state.volumes[name] else { continue }
      try await volumeMounts.use(volume, by: container.id)
      do {
        try await fill(volume, from: entry.point.destination, in: root)
      } catch {
        try? await volumeMounts.leave(volume, by: container.id)
        throw error
      }
      try await volumeMounts.leave(volume, by: container.id)
    }
    try await parts.images.unmount(container.id)
  }

  private func undoCreate(_ container: Container, _ volumes: [Volume], _ parts: Parts) async {
    await attempting("removing what was made for \(container.id.short)") {
      try await parts.images.remove(container.id)
      try removeFiles(self.files(of: container.id))
      for volume in volumes { try await self.removeVolumeFolder(volume) }
    }
    await attempting("forgetting \(container.id.short)") {
      try self.commit([.removeContainer(container.id)] + volumes.map { .removeVolume($0.name) })
    }
    state.remove(container)
    for volume in volumes { state.volumes[volume.name] = nil }
    lives[container.id] = nil
  }
}
