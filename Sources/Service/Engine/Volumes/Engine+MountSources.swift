import EngineModel
import Glibc
import Images
import Kernel

extension Engine {
  /// Mounts on the host what a container's mounts need as sources: volumes with a file system of their own, subpaths of
  /// volumes, and images.
  ///
  /// - Returns: the container's mounts, whose sources exist now.
  func mountSources(of container: Container) async throws -> [MountPoint] {
    var points = container.mounts
    for index in points.indices {
      let point = points[index]
      let target = "\(mountFolder(container.id))/\(index)"
      switch point.kind {
      case .volume:
        guard let name = point.name, let volume = state.volumes[name] else { continue }
        try await volumeMounts.mount(volume, for: container.id)
        guard let subpath = point.subpath else { continue }
        try await Self.bind(subpath, of: volume.mountpoint, at: target, in: mountFolder(container.id))
        points[index].source = target
      case .image:
        let store = try imageStore()
        guard let image = Digest(point.source) else { continue }
        let folder = mountFolder(container.id)
        let imagePath = point.subpath == nil ? target : "\(target).image"
        try makeFolder(imagePath)
        try await onDedicatedThread("image-mount") { try store.mountReadOnly(image, at: imagePath) }
        if let subpath = point.subpath { try await Self.bind(subpath, of: imagePath, at: target, in: folder) }
        points[index].kind = .bind
        points[index].source = target
      case .bind:
        try await onDedicatedThread("mount-check") { try Self.checkPropagation(point) }
      case .tmpfs, .npipe, .cluster: continue
      }
    }
    return points
  }

  /// Undoes ``mountSources(of:)``. Calling it twice is harmless.
  func releaseMounts(of container: Container) async {
    let folder = mountFolder(container.id)
    if container.mounts.contains(where: { $0.subpath != nil || $0.kind == .image }) {
      await attempting("unmounting the mount sources of \(container.id.short)") {
        try await onDedicatedThread("unmounting") { try Self.removeMounts(in: folder) }
      }
    }
    for point in container.mounts where point.kind == .volume {
      guard let name = point.name, let volume = state.volumes[name] else { continue }
      await attempting("unmounting volume \(name)") { try await volumeMounts.unmount(volume, for: container.id) }
    }
  }

  /// At start: counts running containers as users of their volumes, and unmounts what no container uses.
  func recoverMounts() async {
    for container in state.containers.values {
      guard hasProcess(container.id) else {
        await releaseMounts(of: container)
        continue
      }
      for name in container.mounts.compactMap(\.name) {
        if let volume = state.volumes[name] { volumeMounts.addUser(of: volume, container.id) }
      }
    }
  }

  private nonisolated func mountFolder(_ id: ContainerID) -> String { "\(configuration.execRoot)/mounts/\(id)" }

  /// Bind-mounts a subpath of a folder. Symbolic links do not lead out of the folder.
  private static func bind(_ subpath: String, of folder: String, at target: String, in parent: String) async throws {
    try await onDedicatedThread("subpath") {
      try makeFolder(parent)
      let source = try ContainerFilesystem.at(folder).open(subpath: subpath)
      if source.isFolder { try makeFolder(target) } else { try writeFile(target, "") }
      try Mounts.bind(source.path, at: target, recursive: true)
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
      // rmdir(2) fails for a folder that is still mounted, and keeps what is in it.
      if name != ".", name != "..", unlinkat(dirfd(listing), name, 0) != 0 { rmdir("\(folder)/\(name)") }
    }
    rmdir(folder)
  }

  /// - Throws: `system` in Docker's words if the source's mount does not have the requested propagation.
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
