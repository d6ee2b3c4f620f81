import Synchronization

/// A value that is set once and that any number of tasks wait for. Setting it to a failure makes every wait throw.
///
/// The first setting counts; later ones change nothing.
package final class OneShot<Value: Sendable, Failure: Error>: Sendable {
  package typealias Outcome = Result<Value, Failure>

  private enum State {
    case unset(nextID: UInt64, observers: [UInt64: @Sendable (Outcome) -> Void])
    case set(Outcome)
  }

  private let state = Mutex(State.unset(nextID: 0, observers: [:]))

  package init() {}

  /// - Returns: whether this call set the value.
  @discardableResult
  package func set(_ outcome: Outcome) -> Bool {
    let observers: [UInt64: @Sendable (Outcome) -> Void]? = state.withLock { state in
      guard case .unset(_, let observers) = state else { return nil }
      state = .set(outcome)
      return observers
    }
    guard let observers else { return false }
    for (_, observer) in observers.sorted(by: { $0.key < $1.key }) { observer(outcome) }
    return true
  }

  @discardableResult
  package func succeed(_ value: Value) -> Bool { set(.success(value)) }

  @discardableResult
  package func fail(_ failure: Failure) -> Bool { set(.failure(failure)) }

  /// The outcome, if it is set.
  package var outcome: Outcome? {
    state.withLock { state in
      if case .set(let outcome) = state { outcome } else { nil }
    }
  }

  package var isSet: Bool { outcome != nil }

  /// Calls `observer` once with the outcome: at once if it is set, otherwise from the thread that sets it. The observer
  /// must not block.
  package func whenSet(_ observer: @escaping @Sendable (Outcome) -> Void) { _ = observe(observer) }

  /// Waits for the value. Cancelling the task does not end the wait; fail the one-shot for that.
  ///
  /// A function, because Swift 6.2 crashes on calls of a getter that throws `Never`.
  package func value() async throws(Failure) -> Value { try await setOutcome().get() }

  /// Waits for the value for at most `limit`. Cancelling the task does not end the wait.
  ///
  /// - Returns: `nil` on timeout.
  package func value(within limit: Duration) async throws(Failure) -> Value? {
    let first = OneShot<Outcome?, Never>()
    let id = observe { first.succeed($0) }
    let timer = Task {
      try await Task.sleep(for: limit)
      first.succeed(nil)
    }
    let outcome = await first.value()
    timer.cancel()
    if let id { forget(id) }
    return try outcome?.get()
  }

  private func setOutcome() async -> Outcome {
    await withCheckedContinuation { continuation in
      whenSet { continuation.resume(returning: $0) }
    }
  }

  /// - Returns: `nil` when the observer was called at once.
  private func observe(_ observer: @escaping @Sendable (Outcome) -> Void) -> UInt64? {
    let (outcome, id): (Outcome?, UInt64?) = state.withLock { state in
      switch state {
      case .set(let outcome): return (outcome, nil)
      case .unset(let id, var observers):
        observers[id] = observer
        state = .unset(nextID: id + 1, observers: observers)
        return (nil, id)
      }
    }
    if let outcome { observer(outcome) }
    return id
  }

  private func forget(_ id: UInt64) {
    state.withLock { state in
      guard case .unset(let next, var observers) = state else { return }
      observers[id] = nil
      state = .unset(nextID: next, observers: observers)
    }
  }
}

extension OneShot where Value == Void {
  @discardableResult
  package func succeed() -> Bool { set(.success(())) }
}
