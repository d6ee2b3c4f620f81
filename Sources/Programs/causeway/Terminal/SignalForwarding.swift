import Glibc

/// Passes on to a container's program what this process is signalled, and the size of the terminal as it changes.
struct SignalForwarding: Sendable {
  let engine: EngineSession
  /// `/containers/<id>` or `/exec/<id>`.
  let path: String
  let forwardsSignals: Bool
  let resizes: Bool

  /// Works until the process ends or the task is cancelled.
  func begin() -> Task<Void, Never> {
    let signals = SignalQueue.signals
    return Task {
      if resizes { await resize() }
      guard forwardsSignals || resizes else { return }
      // Docker's command line gives up, too, when it is asked to end for the third time.
      var refusals = 0
      for await signal in signals {
        if signal == SIGWINCH {
          if resizes { await resize() }
        } else if forwardsSignals {
          if signal == SIGINT || signal == SIGTERM { refusals += 1 }
          guard refusals < 3 else {
            TerminalMode.restoreActive()
            Descriptor.error.write("\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n")
            exit(1)
          }
          try? await engine.post("\(path)/kill", [("signal", SignalName.name(signal))])
        } else {
          TerminalMode.restoreActive()
          exit(128 + signal)
        }
      }
    }
  }

  private func resize() async {
    guard let size = Descriptor.output.size else { return }
    try? await engine.post("\(path)/resize", [("h", String(size.height)), ("w", String(size.width))])
  }
}

/// Signals by name, without the `SIG`, as the Docker API has them.
enum SignalName {
  private static let names: [Int32: String] = [
    SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGUSR1: "USR1", SIGUSR2: "USR2", SIGTERM: "TERM",
    SIGWINCH: "WINCH", SIGIO: "IO", SIGPWR: "PWR",
  ]

  /// Those that people send, by name.
  static let all = [
    "SIGABRT", "SIGALRM", "SIGCONT", "SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGTERM", "SIGTSTP",
    "SIGUSR1", "SIGUSR2", "SIGWINCH",
  ]

  static func name(_ signal: Int32) -> String { names[signal] ?? String(signal) }
}
