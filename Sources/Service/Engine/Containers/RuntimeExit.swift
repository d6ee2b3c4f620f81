import EngineModel

/// How a failure to start is told as an exit code (moby: `daemon/start.go`).
enum RuntimeExit {
  static func code(of error: EngineError) -> Int32 {
    let text = error.message
    guard text.contains("OCI runtime") else { return 128 }
    if text.contains("executable file not found") || text.contains("no such file or directory") { return 127 }
    if text.contains("permission denied") || text.contains("is a directory") { return 126 }
    return 128
  }
}
