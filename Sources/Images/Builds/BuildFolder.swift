import EngineModel
import Glibc
import Kernel

/// The files of one build: its context, what buildah needs while it runs, and what comes out. Removed with it.
final class BuildFolder: Sendable {
  let path: String

  init(below root: String) throws {
    path = "\(root)/work/\(ContainerID.random().short)"
    try makeDirectories("\(path)/context", mode: 0o700)
  }

  deinit {
    // On a thread of its own: a context may have many files. What is left the next start of the engine removes.
    let path = path
    Task { try await onDedicatedThread("build folder") { try TreeRemoval.remove(path: path) } }
  }

  var context: String { "\(path)/context" }
  var dockerfile: String { "\(path)/Dockerfile" }
  /// An OCI image layout of an image that goes into buildah's storage.
  func layout(_ image: Digest) -> String { "\(path)/in-\(image.short)" }
  /// An OCI image layout of what was built.
  var result: String { "\(path)/out" }
}
