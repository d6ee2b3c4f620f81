import CLinux
import Glibc
import Synchronization

/// Takes signals from the queue instead of handlers.
///
/// The signals must be blocked before the process has a second thread, or that thread would still receive them. The
/// entry point calls ``block()`` for commands that forward signals.
enum SignalQueue {
  /// Signals that concern only this process: child exits, broken pipes, faults, job control, and the preemption timer
  /// of Go programs.
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

  /// Blocks the signals. From now on they wait in the queue.
  static func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for the next signal and sends it to ``signals``.
  static func take() {
    var waited = set
    var number: Int32 = 0
    guard sigwait(&waited, &number) == 0 else { return }
    // While nothing reads the signals, a termination signal ends this program.
    if !hasReader.withLock({ $0 }), [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(number) {
      TerminalMode.restoreActive()
      exit(128 + number)
    }
    channel.continuation.yield(number)
  }

  /// The stream of signals. It has one reader and never ends.
  static var signals: AsyncStream<Int32> {
    hasReader.withLock { $0 = true }
    return channel.stream
  }

  private static let hasReader = Mutex(false)

  private static let channel = AsyncStream<Int32>.makeStream()
}
