import Glibc

/// Forwards this process's signals and the terminal's size to the program in the container.
struct SignalForwarding: Sendable {
  let engine: EngineSession
  /// `/containers/<id>` or `/exec/<id>`.
  let path: String
  let forwardsSignals: Bool
  let resizes: Bool

  /// Runs until the process ends or the task is cancelled.
  func start() -> Task<Void, Never> {
    let signals = SignalQueue.signals
    return Task {
      if resizes { await resize() }
      guard forwardsSignals || resizes else { return }
      // Docker's command line also exits at the third signal.
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
