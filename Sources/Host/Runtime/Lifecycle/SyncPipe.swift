import CLinux
import JSON
import Glibc
import Kernel

/// The pipe for conmon's reports, one JSON document a line: first the process id, or a negative number and the
/// runtime's error; for an exec then its exit code.
struct SyncPipe: Sendable {
  struct Report: Sendable, Hashable, Decodable {
    var data: Int32
    var message: String?
  }

  private let descriptor: OwnedDescriptor
  private var buffered: [UInt8] = []

  init(reading descriptor: OwnedDescriptor) throws {
    try descriptor.setNonblocking()
    self.descriptor = descriptor
  }

  /// - Returns: `nil` if conmon closed the pipe without a report.
  mutating func next() async throws -> Report? {
    while true {
      if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffered[..<end]
        defer { buffered.removeSubrange(...end) }
        return try JSONDecoding.decode(Report.self, from: line, absent: .error)
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(descriptor.number, &chunk, chunk.count)
      if count > 0 {
        buffered.append(contentsOf: chunk[..<count])
      } else if count == 0 {
        return nil
      } else if errno == EAGAIN {
        try await ReadinessThread.shared.readable(descriptor.number)
      } else if errno != EINTR {
        throw SystemCallError.last("read", "conmon's report")
      }
    }
  }
}
