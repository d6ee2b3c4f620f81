import EngineModel
import Glibc
import Kernel

/// The files of one build: the context, buildah's temporary files and the result. Releasing it removes them.
final class BuildFolder: Sendable {
  /// Hexadecimal digits only.
  let name: String
  let path: String

  init(below root: String) throws {
    name = ContainerID.random().short
    path = "\(root)/work/\(name)"
    try makeDirectories("\(path)/context", mode: 0o700)
  }

  deinit {
    // On a dedicated thread, because a context may have many files. The next start of the engine removes a remainder.
    let path = path
    Task { try await onDedicatedThread("build folder") { try TreeRemoval.remove(path: path) } }
  }

  var context: String { "\(path)/context" }
  /// Names the build's control group, so that the next start of the engine can remove it after a crash.
  static let controlGroupName = "control-group"
  var dockerfile: String { "\(path)/Dockerfile" }
  /// The here-documents of the Dockerfile as files.
  var documents: String { "\(path)/documents" }

  /// Writes the translated Dockerfile and its here-documents.
  func write(_ dockerfile: BuildahDockerfile) throws {
    try AtomicFile.write(self.dockerfile, Array(dockerfile.text.utf8), isDurable: false)
    for (name, bytes) in dockerfile.files {
      let file = "\(documents)/\(name)"
      try makeDirectories(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]), mode: 0o755)
      try AtomicFile.write(file, bytes, isDurable: false, mode: dockerfile.programs.contains(name) ? 0o755 : 0o644)
      try checked("chmod", file) { chmod(file, dockerfile.programs.contains(name) ? 0o755 : 0o644) }
    }
  }

  /// The built image as an OCI image layout.
  var result: String { "\(path)/out" }
}
