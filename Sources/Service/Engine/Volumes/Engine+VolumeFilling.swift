import EngineModel
import Glibc
import Images
import Kernel

/// Fills an empty volume with what the image has where the volume is mounted, owners and modes included, as Docker does
/// at a volume's first use.
extension Engine {
  /// Whether a volume may have to be filled: a folder is looked at, a file system of its own is not.
  func mayNeedFilling(_ volume: Volume) -> Bool { !volume.options.isEmpty || folderIsEmpty(volume.mountpoint) }

  /// Copies into a volume that is not announced yet.
  ///
  /// - Parameters:
  ///   - root: of the container, mounted. No link in it leads the copy out.
  func fillNew(_ volume: Volume, from destination: String, in root: String) async throws {
    guard let source = try await fillSource(volume, destination, in: root) else { return }
    try await copyTree(source, to: volume.mountpoint, of: volume)
  }

  /// Copies into a folder beside the volume's, and moves the files when all are there: the volume is empty or whole.
  func fill(_ volume: Volume, from destination: String, in root: String) async throws {
    guard let source = try await fillSource(volume, destination, in: root) else { return }
    let staging = stagingFolder(of: volume)
    let operation = try begin(.fillVolume(name: volume.name, isMoving: false))
    do {
      try await removeFolder(staging)
      try makeFolder(staging, 0o700)
      await checkpoint("staging folder made")
      try await copyTree(source, to: staging, of: volume)
      await checkpoint("files copied")
    } catch {
      await attempting("removing \(staging)") {
        try await self.removeFolder(staging)
        try self.finish(operation)
      }
      throw error
    }
    try advance(operation, to: .fillVolume(name: volume.name, isMoving: true))
    await checkpoint("moving recorded")
    // After an error the next start of the engine moves the rest.
    try await completeFilling(volume)
    await checkpoint("files moved")
    try finish(operation)
  }

  /// Moves what was copied into the volume. Files that the volume got meanwhile win. Doing it twice is harmless.
  func completeFilling(_ volume: Volume) async throws {
    let staging = stagingFolder(of: volume)
    try await onDedicatedThread("volume-fill") {
      guard let source = try StagedFiles(staging) else { return }
      try source.move(into: volume.mountpoint)
    }
    await checkpoint("entries moved")
    try await removeFolder(staging)
  }

  func undoFilling(_ volume: Volume) async throws { try await removeFolder(stagingFolder(of: volume)) }

  /// On the same file system as the volume: moving is renaming. Containers do not see the folder, except where the volume
  /// is a file system of its own.
  private func stagingFolder(of volume: Volume) -> String {
    volume.options.isEmpty
      ? "\(folder(ofVolume: volume.name))/.filling" : "\(volume.mountpoint)/.causeway-filling"
  }

  /// `nil` when there is nothing to copy, or the volume has files.
  private func fillSource(
    _ volume: Volume, _ destination: String, in root: String
  ) async throws -> OwnedDescriptor? {
    try await onDedicatedThread("volume-copy") { () -> OwnedDescriptor? in
      guard folderIsEmpty(volume.mountpoint) else { return nil }
      return try ContainerFilesystem.at(root).folder(at: destination)
    }
  }

  private func copyTree(_ source: OwnedDescriptor, to target: String, of volume: Volume) async throws {
    do {
      try await TreeCopy.copy(source, to: OwnedDescriptor(path: target, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
    } catch {
      throw Self.described("filling volume \(volume.name)", error)
    }
  }
}

private func folderIsEmpty(_ path: String) -> Bool {
  guard let folder = opendir(path) else { return false }
  defer { closedir(folder) }
  var count = 0
  while count <= 2, readdir(folder) != nil { count += 1 }
  return count <= 2
}
