import Synchronization

/// A value that comes later, for several who wait for it.
final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case open([CheckedContinuation<Value, Never>])
    case kept(Value)
  }

  private let state = Mutex(State.open([]))

  /// Only the first value counts.
  func keep(_ value: Value) {
    let waiting: [CheckedContinuation<Value, Never>] = state.withLock { state in
      guard case .open(let waiting) = state else { return [] }
      state = .kept(value)
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  var value: Value {
    get async {
      await withCheckedContinuation { continuation in
        let value: Value? = state.withLock { state in
          switch state {
          case .kept(let value): return value
          case .open(var waiting):
            waiting.append(continuation)
            state = .open(waiting)
            return nil
          }
        }
        if let value { continuation.resume(returning: value) }
      }
    }
  }

  /// The same; `nil` when it does not come in time. Whoever waits then goes on waiting unseen until it comes.
  func value(within limit: Duration) async -> Value? {
    let first = Promise<Value?>()
    let waiting = Task { first.keep(await self.value) }
    let alarm = Task {
      try await Task.sleep(for: limit)
      first.keep(nil)
    }
    defer {
      waiting.cancel()
      alarm.cancel()
    }
    return await first.value
  }
}
