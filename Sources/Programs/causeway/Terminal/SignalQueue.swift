import CLinux
import Glibc
import Synchronization

/// Signals taken from the queue instead of being delivered.
///
/// They must be blocked before the process has a second thread, or that thread would still be delivered them: see
/// ``block()``, which the entry point calls for commands that pass signals on.
enum SignalQueue {
  /// What has meaning only for this process: its own child's end, a reader gone, a fault, job control and the timer of
  /// preemption that programs in Go send themselves.
  private static let own: Set<Int32> = [
    SIGCHLD, SIGPIPE, SIGURG, SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGTSTP,
    SIGTTIN, SIGTTOU, SIGCONT, SIGPROF, SIGVTALRM, SIGALRM,
  ]

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in 1..<Int32(32) where !own.contains(signal) { sigaddset(&set, signal) }
    return set
  }

  /// From now on signals wait in the queue.
  static func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for the next signal and hands it to whoever reads ``signals``.
  static func take() {
    var waited = set
    var number: Int32 = 0
    guard sigwait(&waited, &number) == 0 else { return }
    // Until there is a container to pass it on to, a signal to end means this program.
    if !hasReader.withLock({ $0 }), [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(number) {
      TerminalMode.restoreActive()
      exit(128 + number)
    }
    channel.continuation.yield(number)
  }

  /// The signals as they come; one reader. The stream never ends by itself.
  static var signals: AsyncStream<Int32> {
    hasReader.withLock { $0 = true }
    return channel.stream
  }

  private static let hasReader = Mutex(false)

  private static let channel = AsyncStream<Int32>.makeStream()
}
