import CLinux
import Glibc
import Kernel

/// SIGTERM and SIGINT as events of the loop; SIGPIPE is of no interest.
final class TerminationSignals: ReadinessHandler {
  private let loop: EventLoop
  private let descriptor: OwnedDescriptor
  private let received: () -> Void
  private var watch: EventLoop.Watch?

  init(_ loop: EventLoop, received: @escaping () -> Void) throws(SystemCallError) {
    self.loop = loop
    self.received = received
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGTERM, SIGINT] { sigaddset(&set, signal) }
    sigprocmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
    let number = signalfd(-1, &set, Int32(O_CLOEXEC | O_NONBLOCK))
    guard number >= 0 else { throw SystemCallError.last("signalfd") }
    descriptor = OwnedDescriptor(adopting: number)
    watch = try loop.add(number, Readiness.read, self)
  }

  func ready(_ events: UInt32) {
    received()
  }

  func close() {
    if let watch { loop.remove(watch) }
    watch = nil
  }
}
