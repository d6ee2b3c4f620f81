import Synchronization

/// A value that is set once and that any number of tasks wait for.
final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Value, Never>])
    case set(Value)
  }

  private let state = Mutex(State.waiting([]))

  /// Only the first value counts.
  func set(_ value: Value) {
    let waiting: [CheckedContinuation<Value, Never>] = state.withLock { state in
      guard case .waiting(let waiting) = state else { return [] }
      state = .set(value)
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  var value: Value {
    get async {
      await withCheckedContinuation { continuation in
        let value: Value? = state.withLock { state in
          switch state {
          case .set(let value): return value
          case .waiting(var waiting):
            waiting.append(continuation)
            state = .waiting(waiting)
            return nil
          }
        }
        if let value { continuation.resume(returning: value) }
      }
    }
  }

  /// The value, or `nil` after the limit. After a timeout, an internal task still waits until the value is set.
  func value(within limit: Duration) async -> Value? {
    let first = OneShot<Value?>()
    let waiting = Task { first.set(await self.value) }
    let timer = Task {
      try await Task.sleep(for: limit)
      first.set(nil)
    }
    defer {
      waiting.cancel()
      timer.cancel()
    }
    return await first.value
  }
}
