import Coordination
import Synchronization

/// One long-lived thread that does blocking jobs, one after the other in the order they were given.
///
/// It lives as long as this object does and then ends, after the jobs that were already given. A job may change the
/// thread's namespace for all the jobs that follow; that is how the visits to a container's namespace work.
public final class SerialThread: Sendable {
  private let queue = JobQueue()

  /// - Parameter name: at most 15 bytes.
  public init(_ name: StaticString) throws(SystemCallError) {
    let queue = queue
    try startThread(name) { queue.work() }
  }

  deinit {
    queue.end()
  }

  /// Does `body` on the thread and gives its result. Cancelling the caller does not stop a job.
  public func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.add { continuation.resume(with: Result(catching: body)) }
    }
  }

  /// Does `body` on the thread some time later; nobody waits for it.
  func post(_ body: @escaping @Sendable () -> Void) {
    queue.add { body() }
  }

  /// Like ``run(_:)``, blocking. Only for threads that may block, and never from a job of this same thread, which would wait
  /// for itself.
  func runBlocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    let result = OneShot<T, any Error>()
    queue.add { result.set(Result(catching: body)) }
    return try result.blockingValue()
  }
}

extension SerialThread: SerialExecutor {
  /// Lets an actor run on this thread, so that its isolated code may block.
  public func enqueue(_ job: consuming ExecutorJob) {
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
