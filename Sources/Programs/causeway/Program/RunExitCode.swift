/// Exit codes of `run` when the container does not start, as chroot(1) has them.
enum RunExitCode {
  /// 127 when the program does not exist, 126 when it cannot be executed, 125 for everything else.
  static func code(for error: any Error) -> Int32 {
    guard let response = error as? EngineErrorResponse else { return 125 }
    let message = response.message
    func says(_ words: String) -> Bool { message.contains(words) }
    if says("executable file not found") || says("no such file or directory") { return 127 }
    if says("permission denied") || says("is a directory") { return 126 }
    return 125
  }
}
