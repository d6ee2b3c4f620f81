import EngineModel
import Glibc
import Kernel

/// A folder for secrets with mode 0700. Releasing it removes it.
final class PrivateFolder: Sendable {
  let path: String

  /// - Parameter parent: on a tmpfs if possible. It is created if it is missing.
  init(in parent: String) throws {
    try makeDirectories(parent, mode: 0o700)
    path = "\(parent)/\(ContainerID.random().short)"
    try checked("mkdir", path) { [path] in mkdir(path, 0o700) }
  }

  deinit {
    // After a failure the next start of the engine removes it.
    try? TreeRemoval.remove(path: path)
  }
}
