import Synchronization

/// Carries one result from the thread that makes it to a thread that waits for it.
final class ResultSlot<T: Sendable>: Sendable {
  private let value = Mutex<Result<T, any Error>?>(nil)
  private let ready = Semaphore()

  func fill(_ result: Result<T, any Error>) {
    value.withLock { $0 = result }
    ready.signal()
  }

  /// The result if it is there.
  var current: Result<T, any Error>? { value.withLock { $0 } }

  /// Blocks the thread. At most one waiter, once.
  func wait() throws -> T {
    ready.wait()
    guard let result = value.withLock({ $0 }) else {
      preconditionFailure("signalled before it was filled")
    }
    return try result.get()
  }
}
