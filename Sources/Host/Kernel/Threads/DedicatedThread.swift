import CLinux
import Coordination
import Glibc

/// Runs blocking work on a fresh thread of its own, which ends with it, and waits without blocking the caller's thread.
///
/// The thread is never used again, so the work may do what spoils a thread: `setns`, `unshare`.
///
/// - Parameter name: at most 15 bytes, seen in `ps -L` and in debuggers.
public func onDedicatedThread<T: Sendable>(
  _ name: StaticString, _ body: @escaping @Sendable () throws -> T
) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    do {
      try startThread(name) { continuation.resume(with: Result(catching: body)) }
    } catch {
      continuation.resume(throwing: error)
    }
  }
}

/// The same for a thread that may block: one that is itself dedicated. Never call it on the cooperative pool.
func onDedicatedThreadBlocking<T: Sendable>(
  _ name: StaticString, _ body: @escaping @Sendable () throws -> T
) throws -> T {
  let result = OneShot<T, any Error>()
  try startThread(name) { result.set(Result(catching: body)) }
  return try result.blockingValue()
}

/// Starts a detached thread.
func startThread(_ name: StaticString, _ body: @escaping @Sendable () -> Void)
  throws(SystemCallError)
{
  let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  var thread = pthread_t()
  let result = pthread_create(
    &thread, &attributes,
    { argument in
      guard let argument else { return nil }
      let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
      linux_set_thread_name(start.name.description)
      // Signals are for the threads that expect them; here they would only interrupt system calls.
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      start.body()
      return nil
    }, start.toOpaque())
  guard result == 0 else {
    start.release()
    throw SystemCallError(errno: result, call: "pthread_create", subject: name.description)
  }
}

private final class ThreadStart: Sendable {
  let name: StaticString
  let body: @Sendable () -> Void

  init(name: StaticString, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}
