import Glibc
import Synchronization

/// Collects what comes out of a pipe, up to a cap; what is beyond it is read and dropped, so that the writer does not
/// stall, and counted.
final class OutputCapture: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var dropped = 0
    var token: ReadinessThread.Token?
  }

  let readEnd: OwnedDescriptor
  private let cap: Int
  private let state = Mutex(State())

  init(readEnd: OwnedDescriptor, cap: Int) throws(SystemCallError) {
    self.readEnd = readEnd
    self.cap = cap
    let token = try ReadinessThread.shared.watch(readEnd.number, for: .readable) {
      self.drain() ? .done {} : .again
    }
    state.withLock { $0.token = token }
  }

  /// Reads what is there without waiting.
  ///
  /// - Returns: whether the end is reached.
  private func drain() -> Bool {
    state.withLock { state in
      while true {
        let count = withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { buffer in
          let count = read(readEnd.number, buffer.baseAddress, buffer.count)
          if count > 0 {
            let kept = min(count, cap - state.bytes.count)
            state.bytes.append(contentsOf: buffer[..<kept])
            state.dropped += count - kept
          }
          return count
        }
        if count == 0 { return true }
        if count < 0, errno != EINTR { return errno != EAGAIN }
      }
    }
  }

  /// All that a process that has ended wrote. A grandchild that still holds the pipe is not waited for.
  func finish() -> (bytes: [UInt8], dropped: Int) {
    _ = drain()
    let token = state.withLock { $0.token.take() }
    if let token { ReadinessThread.shared.cancel(token) }
    return state.withLock { ($0.bytes, $0.dropped) }
  }
}

/// Feeds bytes into a pipe as fast as the reader takes them.
final class InputFeed: Sendable {
  private let writeEnd: Mutex<OwnedDescriptor?>
  private let rest: Mutex<ArraySlice<UInt8>>

  private init(writeEnd: OwnedDescriptor, bytes: [UInt8]) {
    self.writeEnd = Mutex(writeEnd)
    rest = Mutex(bytes[...])
  }

  /// Writes and then closes the end, unless others hold it too. The watch keeps the feed alive.
  static func start(writeEnd: OwnedDescriptor, bytes: [UInt8]) throws(SystemCallError) {
    let feed = InputFeed(writeEnd: writeEnd, bytes: bytes)
    let number = writeEnd.number
    try ReadinessThread.shared.watch(number, for: .writable) {
      // Dropping the descriptor closes it: that is how the reader sees the end.
      feed.write(to: number) ? .done { feed.writeEnd.withLock { $0 = nil } } : .again
    }
  }

  /// - Returns: whether all is written, or the reader is gone.
  private func write(to number: Int32) -> Bool {
    rest.withLock { rest in
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        if count < 0 {
          if errno == EINTR { continue }
          return errno != EAGAIN
        }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
