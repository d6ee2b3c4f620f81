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
}
