import Glibc
import Synchronization

/// Handles Ctrl-C during `up`. The first signal stops new steps or the running containers, the second one kills the
/// containers, the fourth one exits.
final class ComposeSignals: Sendable {
  private struct State {
    var count = 0
    var waiter: (@Sendable (Int) -> Void)?
  }

  private let state = Mutex(State())

  init(interruption: Interruption) {
    let signals = SignalQueue.signals
    Task { [self] in
      for await signal in signals where [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(signal) {
        interruption.set()
        let (count, waiter) = state.withLock { state in
          state.count += 1
          return (state.count, state.waiter)
        }
        guard count < 4 else { exit(130) }
        waiter?(count)
      }
    }
  }

  /// Calls `work` with the number of signals so far, at every signal, and at once when there was one already.
  func onSignal(_ work: @escaping @Sendable (Int) -> Void) {
    let count = state.withLock { state in
      state.waiter = work
      return state.count
    }
    if count > 0 { work(count) }
  }
}
