import Synchronization

/// One continuation that two sides want to resume, the awaited event and the caller's cancellation: the first wins.
final class Waiter: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var token: ReadinessThread.Token?
    var isCancelled = false
    var isFinished = false
  }

  private let state = Mutex(State())

  func begin(_ continuation: CheckedContinuation<Void, any Error>) {
    let cancelled = state.withLock { state in
      guard !state.isFinished else { return true }
      state.continuation = continuation
      return false
    }
    if cancelled { continuation.resume(throwing: CancellationError()) }
  }

  /// - Returns: `false` when the wait is over already and the watch must go.
  func attach(_ token: ReadinessThread.Token) -> Bool {
    state.withLock { state in
      guard !state.isFinished, !state.isCancelled else { return false }
      state.token = token
      return true
    }
  }

  func cancel() -> ReadinessThread.Token? {
    state.withLock { state in
      state.isCancelled = true
      return state.token.take()
    }
  }

  func finish(_ result: Result<Void, any Error>) {
    let continuation = state.withLock { state in
      state.isFinished = true
      return state.continuation.take()
    }
    continuation?.resume(with: result)
  }
}
