import Synchronization

/// One at a time for each key; those that come meanwhile wait in line.
final class KeyedLock<Key: Hashable & Sendable>: Sendable {
  private let waiting = Mutex<[Key: [CheckedContinuation<Void, Never>]]>([:])

  /// Does the body while nobody else does anything for this key. Waiting is not cut short by cancellation.
  func alone<Result: Sendable>(_ key: Key, _ body: () async throws -> Result) async rethrows -> Result {
    await withCheckedContinuation { continuation in
      let isOpen = waiting.withLock { waiting in
        guard waiting[key] != nil else {
          waiting[key] = []
          return true
        }
        waiting[key, default: []].append(continuation)
        return false
      }
      if isOpen { continuation.resume() }
    }
    defer { leave(key) }
    return try await body()
  }

  private func leave(_ key: Key) {
    let next: CheckedContinuation<Void, Never>? = waiting.withLock { waiting in
      guard var line = waiting[key], !line.isEmpty else {
        waiting[key] = nil
        return nil
      }
      let next = line.removeFirst()
      waiting[key] = line
      return next
    }
    next?.resume()
  }
}
