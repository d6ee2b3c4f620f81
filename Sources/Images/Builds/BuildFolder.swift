import EngineModel
import Glibc
import Kernel

/// The files of one build: its context, what buildah needs while it runs, and what comes out. Removed with it.
final class BuildFolder: Sendable {
  /// Digits alone.
  let name: String
  let path: String

  init(below root: String) throws {
    name = ContainerID.random().short
    path = "\(root)/work/\(name)"
    try makeDirectories("\(path)/context", mode: 0o700)
  }

  deinit {
    // On a thread of its own: a context may have many files. What is left the next start of the engine removes.
    let path = path
    Task { try await onDedicatedThread("build folder") { try TreeRemoval.remove(path: path) } }
  }

  var context: String { "\(path)/context" }
  /// A file that tells the next start of the engine which control group a build had that was cut off.
  static let controlGroupName = "control-group"
  var dockerfile: String { "\(path)/Dockerfile" }
  /// An OCI image layout of what was built.
  var result: String { "\(path)/out" }
}
