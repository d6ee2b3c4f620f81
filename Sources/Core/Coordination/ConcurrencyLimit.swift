import Synchronization

/// Limits how many tasks run something at the same time (a counting semaphore). Tasks that wait get their turn in the order
/// in which they asked.
package final class ConcurrencyLimit: Sendable {
  private let slots: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

  package init(_ count: Int) { slots = Mutex((count, [])) }

  /// Runs `body`, in the caller's isolation, when a slot is free. Cancelling the task does not end the wait.
  package nonisolated(nonsending) func run<Value, Failure: Error>(
    _ body: () async throws(Failure) -> sending Value
  ) async throws(Failure) -> sending Value {
    await withCheckedContinuation { continuation in
      let isFree = slots.withLock { slots in
        guard slots.free > 0 else {
          slots.waiting.append(continuation)
          return false
        }
        slots.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
    defer { release() }
    return try await body()
  }

  /// Hands the slot to the next task in the queue, or frees it.
  private func release() {
    let next: CheckedContinuation<Void, Never>? = slots.withLock { slots in
      guard slots.waiting.isEmpty else { return slots.waiting.removeFirst() }
      slots.free += 1
      return nil
    }
    next?.resume()
  }
}
