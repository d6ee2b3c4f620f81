import Glibc

/// Runs a blocking call on its own thread, so that it does not occupy a thread of the concurrency pool.
enum BlockingThread {
  private final class Job: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  static func run<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      let job = Job { continuation.resume(returning: work()) }
      var thread = pthread_t()
      let result = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().work()
          return nil
        }, Unmanaged.passRetained(job).toOpaque())
      precondition(result == 0, "no thread could be started: errno \(result)")
      pthread_detach(thread)
    }
  }
}
