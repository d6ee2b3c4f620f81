import Glibc
import Synchronization

/// Ctrl-C while `up` is at work: first nothing new is begun, or what runs is stopped; the second time all is killed.
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

  /// Calls at every signal, with how many there have been; for those that have been, at once.
  func onSignal(_ work: @escaping @Sendable (Int) -> Void) {
    let count = state.withLock { state in
      state.waiter = work
      return state.count
    }
    if count > 0 { work(count) }
  }
}
