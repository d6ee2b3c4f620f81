import CLinux
import EngineModel
import Glibc
import Kernel

/// What a running engine has for itself: its exec root, and the links, tables and addresses of its network namespace. A
/// second engine would delete what it does not know. The kernel ends the claims with the process.
///
/// The data root has a lock of its own, in the folder of the database.
struct HostClaims: Sendable {
  /// The files that show which network namespaces have an engine. The folder is the same for all engines of a host.
  static let networksFolder = "/run/causeway/networks"

  private let execRoot: PidFile
  private let network: PidFile

  /// - Throws: `unavailable`, when another engine has the exec root or the network namespace.
  init(execRoot path: String, networksFolder: String = HostClaims.networksFolder) throws {
    execRoot = try Self.claim("\(path)/engine.pid") { owner in
      "another engine\(owner) uses the exec root \(path): give this one another --exec-root"
    }
    try makeFolder(networksFolder, 0o700)
    // A namespace has one inode in nsfs (namespaces(7)).
    var status = stat()
    guard stat("/proc/self/ns/net", &status) == 0 else { throw SystemCallError.last("stat", "/proc/self/ns/net") }
    Self.removeUnused(in: networksFolder)
    network = try Self.claim("\(networksFolder)/\(status.st_ino)") { owner in
      "another engine\(owner) manages the networks of this host; a host, or a network namespace, has one engine"
    }
  }

  private static func claim(_ path: String, _ refusal: (String) -> String) throws -> PidFile {
    if let file = try PidFile.lock(path) { return file }
    let owner = PidFile.owner(path).map { " (process \($0))" } ?? ""
    throw EngineError(.unavailable, refusal(owner))
  }

  /// Engines that were killed leave their files, and namespaces come and go.
  private static func removeUnused(in folder: String) {
    for name in (try? SandboxDirectory(folder).list()) ?? [] where PidFile.owner("\(folder)/\(name)") == nil {
      unlink("\(folder)/\(name)")
    }
  }
}
