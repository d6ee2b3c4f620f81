import EngineModel
import Glibc
import Images
import Kernel

extension Engine {
  /// Mounts what has to be mounted on the host before a container's mounts can be made: volumes that are file systems
  /// of their own, parts of volumes, images.
  ///
  /// - Returns: the container's mounts with sources that are there.
  func readyMounts(of container: Container) async throws -> [MountPoint] {
    var points = container.mounts
    for index in points.indices {
      let point = points[index]
      let place = "\(mountFolder(container.id))/\(index)"
      switch point.kind {
      case .volume:
        guard let name = point.name, let volume = state.volumes[name] else { continue }
        try await volumeMounts.use(volume, by: container.id)
        guard let subpath = point.subpath else { continue }
        try await Self.bind(subpath, of: volume.mountpoint, at: place, in: mountFolder(container.id))
        points[index].source = place
      case .image:
        let store = try imageStore()
        guard let image = Digest(point.source) else { continue }
        let folder = mountFolder(container.id)
        let whole = point.subpath == nil ? place : "\(place).image"
        try makeFolder(whole)
        try await onDedicatedThread("image-mount") { try store.mountReadOnly(image, at: whole) }
        if let subpath = point.subpath { try await Self.bind(subpath, of: whole, at: place, in: folder) }
        points[index].kind = .bind
        points[index].source = place
      case .bind:
        try await onDedicatedThread("mount-check") { try Self.checkPropagation(point) }
      case .tmpfs, .npipe, .cluster: continue
      }
    }
    return points
  }

  /// Undoes ``readyMounts(of:)``; nothing happens where nothing was done.
  func releaseMounts(of container: Container) async {
    let folder = mountFolder(container.id)
    if container.mounts.contains(where: { $0.subpath != nil || $0.kind == .image }) {
      await attempting("unmounting what \(container.id.short) had mounted") {
        try await onDedicatedThread("unmounting") { try Self.removeMounts(in: folder) }
      }
    }
    for point in container.mounts where point.kind == .volume {
      guard let name = point.name, let volume = state.volumes[name] else { continue }
      await attempting("unmounting volume \(name)") { try await volumeMounts.leave(volume, by: container.id) }
    }
  }

  /// After the engine was away: who runs goes on using, and what nobody uses is unmounted.
  func recoverMounts() async {
    for container in state.containers.values {
      let runs = lives[container.id]?.state.pid ?? 0 != 0
      guard runs else {
        await releaseMounts(of: container)
        continue
      }
      for name in container.mounts.compactMap(\.name) {
        if let volume = state.volumes[name] { volumeMounts.adopt(volume, by: container.id) }
      }
    }
  }

  private nonisolated func mountFolder(_ id: ContainerID) -> String { "\(configuration.execRoot)/mounts/\(id)" }

  /// Makes a part of a folder appear elsewhere. No link in it leads out of the folder.
  private static func bind(_ subpath: String, of folder: String, at place: String, in parent: String) async throws {
    try await onDedicatedThread("subpath") {
      try makeFolder(parent)
      let part = try ContainerTree.at(folder).part(subpath)
      if part.isFolder { try makeFolder(place) } else { try writeFile(place, "") }
      try Mounts.bind(part.path, at: place, recursive: true)
    }
  }

  private static func removeMounts(in folder: String) throws {
    guard access(folder, F_OK) == 0 else { return }
    for mount in try MountInfo.read().map(\.mountPoint).reversed() where mount.hasPrefix("\(folder)/") {
      try Mounts.unmount(mount)
    }
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      // Whatever is in a folder that is still mounted stays: a folder is removed only when it is empty.
      if name != ".", name != "..", unlinkat(dirfd(listing), name, 0) != 0 { rmdir("\(folder)/\(name)") }
    }
    rmdir(folder)
  }

  /// - Throws: `system` in Docker's words when mounts cannot be passed on as was asked for.
  private static func checkPropagation(_ point: MountPoint) throws {
    let propagation = point.propagation
    guard propagation.hasSuffix("shared") || propagation.hasSuffix("slave") else { return }
    guard let mount = MountInfo.covering(point.source, in: try MountInfo.read()) else { return }
    let isShared = mount.propagation.contains { $0.hasPrefix("shared:") }
    let isSlave = mount.propagation.contains { $0.hasPrefix("master:") }
    guard !isShared, !(propagation.hasSuffix("slave") && isSlave) else { return }
    throw EngineError(
      .system,
      "path \(point.source) is mounted on \(mount.mountPoint) but it is not a shared"
        + (propagation.hasSuffix("slave") ? " or slave mount" : " mount"))
  }
}
