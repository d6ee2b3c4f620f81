import Glibc
import Synchronization

/// Waits for a signal that ends the engine. It uses signal handlers and not a signal mask, which children would
/// inherit.
enum EndSignals {
  /// The write end of a pipe. The signal handler writes to it, because little else is async-signal-safe.
  private static let wakeEnd = Atomic<CInt>(-1)

  /// - Returns: the numbers of received signals, SIGTERM and SIGINT.
  static func stream() -> AsyncStream<CInt> {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { return AsyncStream { $0.finish() } }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    let readEnd = ends[0]
    let (stream, continuation) = AsyncStream.makeStream(of: CInt.self)
    let thread = SignalThread(readEnd: readEnd, continuation: continuation)
    thread.start()
    for number in [SIGTERM, SIGINT] {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(EndSignals.wakeEnd.load(ordering: .relaxed), &byte, 1)
      }
    }
    // SIGHUP asks for a reload, which this engine does not have; it must not end the process.
    signal(SIGHUP) { _ in }
    return stream
  }
}

/// Reads the pipe that the signal handler writes to.
private struct SignalThread: Sendable {
  let readEnd: CInt
  let continuation: AsyncStream<CInt>.Continuation

  func start() {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(self))
    let outcome = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().value.run()
        return nil
      }, box.toOpaque())
    if outcome != 0 { box.release() }
    pthread_detach(thread)
  }

  private func run() {
    var byte: UInt8 = 0
    while true {
      let count = read(readEnd, &byte, 1)
      if count == 1 {
        continuation.yield(CInt(byte))
      } else if count == 0 || errno != EINTR {
        return continuation.finish()
      }
    }
  }

  private final class Box {
    let value: SignalThread
    init(_ value: SignalThread) { self.value = value }
  }
}
