import CLinux
import Glibc

/// The two ends of a pipe(2), both close-on-exec.
package struct Pipe: Sendable {
  package let readEnd: OwnedDescriptor
  package let writeEnd: OwnedDescriptor

  package init() throws(SystemCallError) {
    var ends: [Int32] = [-1, -1]
    try checked("pipe2") { linux_pipe2(&ends, O_CLOEXEC) }
    readEnd = OwnedDescriptor(adopting: ends[0])
    writeEnd = OwnedDescriptor(adopting: ends[1])
  }
}

extension OwnedDescriptor {
  /// Sets `O_NONBLOCK`. The flag belongs to the open file, so duplicates share it.
  package func setNonblocking() throws(SystemCallError) {
    let flags = try checked("fcntl", "F_GETFL") { fcntl(number, F_GETFL) }
    try checked("fcntl", "F_SETFL") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }
}
