import Synchronization

/// Something that comes to pass once, and for which any number of tasks wait; or it never does.
final class Latch: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Void, any Error>])
    case open
    case failed
  }

  private let state = Mutex(State.waiting([]))

  /// Lets all go on who wait or will wait. Nothing happens when it is decided already.
  func open() { decide(.open, .success(())) }

  /// It never will: those who wait or will wait are called off.
  func fail() { decide(.failed, .failure(CancellationError())) }

  private func decide(_ end: State, _ result: Result<Void, any Error>) {
    let continuations: [CheckedContinuation<Void, any Error>] = state.withLock { state in
      guard case .waiting(let continuations) = state else { return [] }
      state = end
      return continuations
    }
    for continuation in continuations { continuation.resume(with: result) }
  }

  /// - Throws: `CancellationError` when it failed. Whoever may be cancelled has to ``fail()`` it then.
  func wait() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let result: Result<Void, any Error>? = state.withLock { state in
        switch state {
        case .open: return .success(())
        case .failed: return .failure(CancellationError())
        case .waiting(let others):
          state = .waiting(others + [continuation])
          return nil
        }
      }
      if let result { continuation.resume(with: result) }
    }
  }
}
