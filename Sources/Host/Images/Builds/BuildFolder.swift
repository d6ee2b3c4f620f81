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
  /// Files that stood in the Dockerfile.
  var documents: String { "\(path)/documents" }

  /// Writes down what buildah is given.
  func lay(_ script: BuildScript) throws {
    try SafeFile.write(dockerfile, Array(script.text.utf8), isDurable: false)
    for (name, bytes) in script.files {
      let file = "\(documents)/\(name)"
      try makeDirectories(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]), mode: 0o755)
      try SafeFile.write(file, bytes, isDurable: false, mode: script.programs.contains(name) ? 0o755 : 0o644)
      try checked("chmod", file) { chmod(file, script.programs.contains(name) ? 0o755 : 0o644) }
    }
  }

  /// An OCI image layout of what was built.
  var result: String { "\(path)/out" }
}
