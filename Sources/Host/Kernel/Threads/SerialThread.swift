import Coordination
import Synchronization

/// A long-lived thread that runs blocking jobs one after the other, in the order in which they arrive.
///
/// When this object is released, the thread finishes its queue and ends. A job may change the thread's namespace for
/// all later jobs; ``NamespaceThread`` relies on that.
package final class SerialThread: Sendable {
  private let queue = JobQueue()

  /// - Parameter name: at most 15 bytes.
  package init(_ name: StaticString) throws(SystemCallError) {
    let queue = queue
    try startThread(name) { queue.work() }
  }

  deinit {
    queue.end()
  }

  /// Runs `body` on the thread and returns its result. Cancelling the caller does not stop the job.
  package func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.add { continuation.resume(with: Result(catching: body)) }
    }
  }

  /// Queues `body` and returns immediately.
  func post(_ body: @escaping @Sendable () -> Void) {
    queue.add { body() }
  }

  /// Like ``run(_:)``, but blocks the caller. Never call it from a job of this thread: it would deadlock.
  func runBlocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    let result = OneShot<T, any Error>()
    queue.add { result.set(Result(catching: body)) }
    return try result.blockingValue()
  }
}

extension SerialThread: SerialExecutor {
  /// Lets an actor run on this thread, so that its isolated code may block.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.add { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

private final class JobQueue: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var isEnding = false
  }

  private let state = Mutex(State())
  private let available = Semaphore()

  func add(_ job: @escaping @Sendable () -> Void) {
    state.withLock { $0.jobs.append(job) }
    available.signal()
  }

  func end() {
    state.withLock { $0.isEnding = true }
    available.signal()
  }

  func work() {
    while true {
      available.wait()
      let (jobs, isEnding) = state.withLock { state in
        defer { state.jobs.removeAll() }
        return (state.jobs, state.isEnding)
      }
      for job in jobs { job() }
      if isEnding { break }
    }
  }
}
