import EngineModel
import Glibc
import Kernel

extension Engine {
  func folder(ofVolume name: String) -> String { "\(configuration.volumesPath)/\(name)" }

  func newVolume(_ name: String) -> Operation.NewVolume {
    Operation.NewVolume(name: name, hadFolder: access(folder(ofVolume: name), F_OK) == 0)
  }

  /// Removes what an operation made for a volume that was never announced. Doing it twice is harmless.
  func undoCreation(of volume: Operation.NewVolume) async throws {
    guard !volume.hadFolder else { return }
    let folder = folder(ofVolume: volume.name)
    try await volumeMounts.unmountAll(in: folder)
    try await removeFolder(folder)
  }

  /// Moves a volume's folder away, so that a new volume of that name does not show its files. What the user mounted in it
  /// is unmounted first.
  ///
  /// - Returns: where the folder is now; `nil` when there was none.
  /// - Throws: `conflict` when something stays mounted in it.
  func moveFolderToTrash(ofVolume name: String) async throws -> String? {
    let folder = folder(ofVolume: name)
    try await volumeMounts.unmountAll(in: folder)
    let retired = "\(configuration.volumesPath)/\(RetiredFolder.prefix)\(ContainerID.random().rawValue.prefix(16))"
    guard rename(folder, retired) == 0 else {
      if errno == ENOENT { return nil }
      throw SystemCallError.last("rename", folder)
    }
    return retired
  }
}

/// Folders of removed volumes that wait for their deletion. No volume's name begins with a dot.
enum RetiredFolder {
  static let prefix = ".removed-"
}
