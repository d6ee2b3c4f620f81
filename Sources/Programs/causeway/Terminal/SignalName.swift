import Glibc

/// Signal names without `SIG`, as the Docker API uses them.
enum SignalName {
  private static let names: [Int32: String] = [
    SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGUSR1: "USR1", SIGUSR2: "USR2", SIGTERM: "TERM",
    SIGWINCH: "WINCH", SIGIO: "IO", SIGPWR: "PWR",
  ]

  /// The signals that completion offers.
  static let all = [
    "SIGABRT", "SIGALRM", "SIGCONT", "SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGTERM", "SIGTSTP",
    "SIGUSR1", "SIGUSR2", "SIGWINCH",
  ]

  static func name(_ signal: Int32) -> String { names[signal] ?? String(signal) }
}
