import EngineModel
import Glibc
import Kernel

/// A folder for secrets, on which only root can look, and which goes with this object.
final class PrivateFolder: Sendable {
  let path: String

  /// - Parameter parent: on a file system in memory if there is one; made when it is missing.
  init(in parent: String) throws {
    try makeDirectories(parent, mode: 0o700)
    path = "\(parent)/\(ContainerID.random().short)"
    try checked("mkdir", path) { [path] in mkdir(path, 0o700) }
  }

  deinit {
    // A failure leaves it to the next start of the engine.
    try? TreeRemoval.remove(path: path)
  }
}
