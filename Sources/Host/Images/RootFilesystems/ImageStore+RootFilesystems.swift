public import EngineModel
import Glibc
import Kernel

extension ImageStore {
  /// Makes a container's root file system and mounts it. Its image's layers stay on the disk until it is removed,
  /// whatever becomes of the image.
  ///
  /// - Throws: `notFound` when the image was removed meanwhile.
  public func prepareRootFilesystem(
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

  /// The same on the calling thread, which must be one that may block. Layers that were removed behind the store's
  /// back are not restored.
  public func prepareRootFilesystemBlocking(
    _ container: ContainerID, image: Digest, _ isMounted: Bool = true
  ) throws -> ContainerRootFS {
    let chain = try catalogue.hold(image, for: container.rawValue)
    let root = rootFilesystem(container, chain: chain)
    do {
      if let missing = chain.first(where: { !catalogue.layers.contains($0) }) {
        throw MissingLayer(layer: missing, root: catalogue.layers.root)
      }
      try root.create(chain: chain)
      if isMounted { try root.mount() }
      return root
    } catch {
      try? root.remove(to: catalogue.layers.newTrash)
      _ = catalogue.release(container.rawValue)
      throw error
    }
  }

  /// The root file system of a container that was made earlier, by this engine or the one before it.
  ///
  /// - Throws: `notFound` when it has none.
  public func rootFilesystem(_ container: ContainerID) throws -> ContainerRootFS {
    guard let chain = catalogue.layers(of: container.rawValue) else {
      throw EngineError(.notFound, "container \(container) has no root file system")
    }
    return rootFilesystem(container, chain: chain)
  }

  private func rootFilesystem(_ container: ContainerID, chain: [Digest]) -> ContainerRootFS {
    ContainerRootFS(
      containerFolder: "\(containersPath)/\(container)", lower: chain.reversed().map { catalogue.layers.diff($0) })
  }

  public func mount(_ container: ContainerID) async throws -> ContainerRootFS {
    let root = try rootFilesystem(container)
    try await onDedicatedThread("rootfs") { try root.mount() }
    return root
  }

  /// Mounts an image's files where nobody can write to them. Blocks.
  ///
  /// - Throws: `notFound` when the image is not there.
  public func mountReadOnly(_ image: Digest, at target: String) throws {
    let lower = try resolve(image.description).layers.reversed().map { catalogue.layers.diff($0.chain) }
    switch lower.count {
    case 0: try Mounts.mount(type: "tmpfs", source: "tmpfs", at: target, flags: .readOnly)
    case 1: try Mounts.bind(lower[0], at: target, flags: .readOnly)
    default: try ContainerRootFS.mountOverlay(lower, upper: nil, work: nil, at: target)
    }
  }

  public func unmount(_ container: ContainerID) async throws {
    let root = try rootFilesystem(container)
    try await onDedicatedThread("rootfs") { try root.unmount() }
  }

  /// Unmounts and removes a container's root file system with all that the container has written; nothing happens when
  /// there is none. Layers that only it stood on go too.
  public func removeRootFilesystem(_ container: ContainerID) async throws {
    let root = rootFilesystem(container, chain: catalogue.layers(of: container.rawValue) ?? [])
    try await onDedicatedThread("rootfs") { [layers = catalogue.layers] in try root.remove(to: layers.newTrash) }
    let unneeded = catalogue.release(container.rawValue)
    if !unneeded.isEmpty {
      _ = try await catalogue.exclusively { [catalogue] in try catalogue.sweep(layers: unneeded, blobs: []) }
    }
    emptyTrash()
  }
}

/// Somebody else has removed an unpacked layer.
struct MissingLayer: Error, CustomStringConvertible {
  let layer: Digest
  let root: String

  var description: String { "layer \(layer) is missing from \(root)" }
}
