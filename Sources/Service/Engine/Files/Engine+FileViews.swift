import EngineModel
import Images
import Kernel

/// Access to a container's files from the host. The root file system stays mounted until the last view ends.
final class FileView: Sendable {
  let container: Container
  let tree: ContainerFilesystem
  private let end: @Sendable () -> Void

  init(_ container: Container, _ tree: ContainerFilesystem, end: @escaping @Sendable () -> Void) {
    self.container = container
    self.tree = tree
    self.end = end
  }

  deinit { end() }
}

extension Engine {
  /// Opens the files of a running or stopped container.
  func viewFiles(of reference: String) async throws -> FileView {
    let id = try state.container(reference).id
    let rootFilesystem = try await openRootFilesystem(id)
    let container = try record(id)
    if container.state.pid != 0,
      // The container may end now. Then it is read as a stopped container.
      let tree = try? await ContainerFilesystem.ofProcess(container.state.pid, of: id.rawValue)
    {
      return FileView(container, tree) { withExtendedLifetime(rootFilesystem) {} }
    }
    let points = try await mountSources(of: container)
    let tree = try await ContainerFilesystem.ofFolder(
      rootFilesystem.root, isWritable: !container.host.readonlyRootfs, mounts: mountsOfNextStart(container, points))
    return FileView(container, tree) { withExtendedLifetime(rootFilesystem) {} }
  }

  /// The mounts of the container's next start, with the engine's own files.
  private func mountsOfNextStart(_ container: Container, _ points: [MountPoint]) -> [ContainerFilesystem.Mount] {
    let points = points.filter { $0.kind == .bind || $0.kind == .volume }.map {
      ContainerFilesystem.Mount(source: $0.source, destination: $0.destination, isWritable: $0.isWritable)
    }
    let own = ownMounts(of: container).map {
      ContainerFilesystem.Mount(
        source: $0.source, destination: $0.destination, isWritable: !container.host.readonlyRootfs)
    }
    return (points + own).sorted { $0.destination < $1.destination }
  }

  /// Keeps a container's root file system mounted as long as this object exists.
  final class OpenRootFilesystem: Sendable {
    let root: String
    private let end: @Sendable () -> Void

    init(_ root: String, end: @escaping @Sendable () -> Void) {
      self.root = root
      self.end = end
    }

    deinit { end() }
  }

  func openRootFilesystem(_ id: ContainerID) async throws -> OpenRootFilesystem {
    let parts = try parts
    return try await withLock(on: id) {
      _ = try record(id)
      let root = try await parts.images.mount(id)
      transient.fileViews.open(id)
      return OpenRootFilesystem(root) { Task { await self.endView(id) } }
    }
  }

  private func endView(_ id: ContainerID) async {
    await withLock(on: id) {
      let isLast = transient.fileViews.close(id)
      guard isLast, state.containers[id] != nil, !hasProcess(id), let parts = try? parts else { return }
      await attempting("unmounting \(id.short)") { try await parts.images.unmount(id) }
      if let container = state.containers[id] { await releaseMounts(of: container) }
    }
  }
}
