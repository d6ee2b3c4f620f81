package import EngineModel
import Glibc
import Kernel

extension ImageStore {
  /// Creates a container's root file system and mounts it. The image's layers stay on the disk until the root file
  /// system is removed, even if the image is removed before.
  ///
  /// - Throws: `notFound` if the image was removed meanwhile.
  package func prepareRootFilesystem(
    _ container: ContainerID, image: Digest, isMounted: Bool = true
  ) async throws -> ContainerRootFS {
    do {
      return try await onDedicatedThread("rootfs") {
        try self.prepareRootFilesystemBlocking(container, image: image, isMounted)
      }
    } catch is MissingLayer {
      try await restoreLayers(of: try resolve(image.description))
      return try await onDedicatedThread("rootfs") {
        try self.prepareRootFilesystemBlocking(container, image: image, isMounted)
      }
    }
  }

  /// The same on the calling thread, which blocks. It does not restore missing layers.
  package func prepareRootFilesystemBlocking(
    _ container: ContainerID, image: Digest, _ isMounted: Bool = true
  ) throws -> ContainerRootFS {
    let chainIDs = try database.retainLayers(of: image, for: container.rawValue)
    let root = rootFilesystem(container, chainIDs: chainIDs)
    do {
      if let missing = chainIDs.first(where: { !database.layers.contains($0) }) {
        throw MissingLayer(layer: missing, root: database.layers.root)
      }
      try root.create(chainIDs: chainIDs)
      if isMounted { try root.mount() }
      return root
    } catch {
      try? root.remove(to: database.layers.newTrashPath)
      _ = database.releaseLayers(of: container.rawValue)
      throw error
    }
  }

  /// The existing root file system of a container, also of one from an earlier run of the engine.
  ///
  /// - Throws: `notFound` if it has none.
  package func rootFilesystem(_ container: ContainerID) throws -> ContainerRootFS {
    guard let chainIDs = database.layers(of: container.rawValue) else {
      throw EngineError(.notFound, "container \(container) has no root file system")
    }
    return rootFilesystem(container, chainIDs: chainIDs)
  }

  private func rootFilesystem(_ container: ContainerID, chainIDs: [Digest]) -> ContainerRootFS {
    ContainerRootFS(
      containerFolder: "\(containersPath)/\(container)", lower: chainIDs.reversed().map { database.layers.diffPath($0) }
    )
  }

  package func mount(_ container: ContainerID) async throws -> ContainerRootFS {
    let root = try rootFilesystem(container)
    try await onDedicatedThread("rootfs") { try root.mount() }
    return root
  }

  /// Mounts an image's files read-only. Blocks.
  ///
  /// - Throws: `notFound` if the image does not exist.
  package func mountReadOnly(_ image: Digest, at target: String) throws {
    let lower = try resolve(image.description).layers.reversed().map { database.layers.diffPath($0.chainID) }
    switch lower.count {
    case 0: try Mounts.mount(type: "tmpfs", source: "tmpfs", at: target, flags: .readOnly)
    case 1: try Mounts.bind(lower[0], at: target, flags: .readOnly)
    default: try ContainerRootFS.mountOverlay(lower, upper: nil, work: nil, at: target)
    }
  }

  package func unmount(_ container: ContainerID) async throws {
    let root = try rootFilesystem(container)
    try await onDedicatedThread("rootfs") { try root.unmount() }
  }

  /// Unmounts and removes a container's root file system with everything that the container wrote, and the layers that
  /// only it needed. It does nothing if there is none.
  package func removeRootFilesystem(_ container: ContainerID) async throws {
    let root = rootFilesystem(container, chainIDs: database.layers(of: container.rawValue) ?? [])
    try await onDedicatedThread("rootfs") { [layers = database.layers] in try root.remove(to: layers.newTrashPath) }
    let unneeded = database.releaseLayers(of: container.rawValue)
    if !unneeded.isEmpty {
      _ = try await database.exclusively { [database] in try database.sweep(layers: unneeded, blobs: []) }
    }
    emptyTrash()
  }
}

/// Another program removed an unpacked layer.
struct MissingLayer: Error, CustomStringConvertible {
  let layer: Digest
  let root: String

  var description: String { "layer \(layer) is missing from \(root)" }
}
