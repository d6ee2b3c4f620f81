import CLinux
import Glibc
import Synchronization

/// SIGTERM and SIGINT as readable bytes. Uses signal handlers and not a signal mask, which child processes would inherit.
package enum TerminationSignals {
  /// The write end of the pipe. The handler may do little else than write to it (signal-safety(7)).
  private static let writeEnd = Atomic<Int32>(-1)

  /// Installs the handlers. Call it once per process.
  ///
  /// - Returns: a non-blocking pipe. Each signal makes it readable with one byte, the signal's number.
  package static func install() throws(SystemCallError) -> OwnedDescriptor {
    var ends: [Int32] = [-1, -1]
    try checked("pipe2") { linux_pipe2(&ends, O_CLOEXEC | O_NONBLOCK) }
    writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    for number in [SIGTERM, SIGINT] {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(TerminationSignals.writeEnd.load(ordering: .relaxed), &byte, 1)
      }
    }
    return OwnedDescriptor(adopting: ends[0])
  }

  /// Installs the handlers.
  ///
  /// - Returns: the numbers of the received signals.
  package static func stream() throws(SystemCallError) -> AsyncStream<Int32> {
    let readEnd = try install()
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    try ReadinessThread.shared.watch(readEnd.number, for: .readable) {
      var byte: UInt8 = 0
      while read(readEnd.number, &byte, 1) == 1 { continuation.yield(Int32(byte)) }
      return .again
    }
    return stream
  }
}
