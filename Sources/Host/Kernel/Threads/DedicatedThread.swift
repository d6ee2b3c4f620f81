import CLinux
import Coordination
import Glibc

/// Runs blocking work on a new thread and suspends the caller until it is done.
///
/// The thread ends afterwards, so the work may change per-thread state: `setns`, `unshare`.
///
/// - Parameter name: at most 15 bytes; shown by `ps -L` and debuggers.
package func onDedicatedThread<T: Sendable>(
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
      // Only threads that expect signals receive them; here they would interrupt system calls.
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
