import EngineModel
import Glibc
import Kernel
import Logging

/// Keeps the engine's files from users other than root. A container can put a setuid program into a volume, and the
/// database holds environment variables. So the two roots admit only root and their group, and what is below them
/// admits only root.
///
/// Nothing needs a way through these folders without root's rights: runtimes and the data plane run as root, and the
/// kernel checks no parent folder when a process uses a mount.
struct PrivateFolders: Sendable {
  let configuration: EngineConfiguration
  let logger: Logger

  /// Everything that others may do in the roots: nothing. An administrator can give the group to users that must reach a
  /// socket in the exec root.
  static let rootMode: UInt32 = 0o710

  /// Creates the folders, and closes those of an engine that made them more open.
  ///
  /// - Throws: `SystemCallError` when a folder cannot be created or closed.
  func prepare() throws {
    for root in [configuration.dataRoot, configuration.execRoot] {
      try makeFolder(root, Self.rootMode)
      guard !Self.isShared(root) else {
        logger.warning(
          "\(root) belongs to the system, so it stays open to all users. Give the engine a folder of its own.")
        continue
      }
      try tighten(root, to: Self.rootMode)
    }
    for folder in [configuration.containersPath, configuration.volumesPath] {
      try makeFolder(folder, 0o700)
      try tighten(folder, to: 0o700)
    }
    let (data, exec) = (configuration.dataRoot, configuration.execRoot)
    let others =
      ["images", "layers", "builds"].map { "\(data)/\($0)" }
      + ["containers", "oci", "dataplane", "registries", "shm", "mounts", "netns"].map { "\(exec)/\($0)" }
    for folder in others where access(folder, F_OK) == 0 { try tighten(folder, to: 0o700) }
    for file in ["dataplane.log", "dataplane.pid"].map({ "\(exec)/\($0)" }) where access(file, F_OK) == 0 {
      try tighten(file, to: 0o640)
    }
  }

  private func tighten(_ path: String, to mode: UInt32) throws {
    let owner = try removePermissions(of: path, beyond: mode)
    if owner != geteuid() {
      logger.error("\(path) belongs to user \(owner), who can replace the engine's files. Give it to root.")
    }
  }

  /// Whether a folder belongs to the system, so that other programs need it.
  static func isShared(_ path: String) -> Bool {
    let folders: Set = [
      "/", "/boot", "/dev", "/etc", "/home", "/media", "/mnt", "/opt", "/root", "/run", "/run/user", "/srv", "/tmp",
      "/usr",
      "/usr/local", "/var", "/var/cache", "/var/lib", "/var/local", "/var/opt", "/var/run", "/var/spool", "/var/tmp",
    ]
    let resolved = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    return folders.contains(resolved ?? path)
  }
}
