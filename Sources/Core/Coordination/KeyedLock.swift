import Synchronization

/// A lock for each key. Tasks that wait for the same key get it in the order in which they asked.
package final class KeyedLock<Key: Hashable & Sendable>: Sendable {
  /// A key is present while a task holds its lock.
  private let queues = Mutex<[Key: [CheckedContinuation<Void, Never>]]>([:])

  package init() {}

  /// Runs `body`, in the caller's isolation, while no other task holds the lock of this key. Cancelling the task does not
  /// end the wait. The lock is not recursive.
  package nonisolated(nonsending) func withLock<Value, Failure: Error>(
    _ key: Key, _ body: () async throws(Failure) -> sending Value
  ) async throws(Failure) -> sending Value {
    await lock(key)
    defer { unlock(key) }
    return try await body()
  }

  /// Runs `body` while this task holds the locks of all keys. It acquires them in the given order: callers must sort the
  /// keys in the same way, so that two of them never wait for each other.
  package nonisolated(nonsending) func withLocks<Value, Failure: Error>(
    _ keys: [Key], _ body: () async throws(Failure) -> sending Value
  ) async throws(Failure) -> sending Value {
    for key in keys { await lock(key) }
    defer { for key in keys { unlock(key) } }
    return try await body()
  }

  private nonisolated(nonsending) func lock(_ key: Key) async {
    await withCheckedContinuation { continuation in
      let isFree = queues.withLock { queues in
        guard queues[key] != nil else {
          queues[key] = []
          return true
        }
        queues[key, default: []].append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  /// Hands the lock to the next task in the queue, or frees it.
  private func unlock(_ key: Key) {
    let next: CheckedContinuation<Void, Never>? = queues.withLock { queues in
      guard var queue = queues[key], !queue.isEmpty else {
        queues[key] = nil
        return nil
      }
      let next = queue.removeFirst()
      queues[key] = queue
      return next
    }
    next?.resume()
  }
}
