import EngineModel

/// The exit code of a container that failed to start (moby: `daemon/start.go`).
enum RuntimeExit {
  static func code(of error: EngineError) -> Int32 {
    let text = error.message
    guard text.contains("OCI runtime") else { return 128 }
    if text.contains("executable file not found") || text.contains("no such file or directory") { return 127 }
    if text.contains("permission denied") || text.contains("is a directory") { return 126 }
    return 128
  }

  /// The exit code of an exec that failed to start (moby: `daemon/exec.go`): 126 also when it did not get as far as the
  /// OCI runtime, for example for an unknown user.
  static func code(ofExec error: EngineError) -> Int32 {
    error.message.contains("OCI runtime") ? code(of: error) : 126
  }
}
