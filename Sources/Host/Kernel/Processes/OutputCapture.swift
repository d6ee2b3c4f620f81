import Glibc
import Synchronization

/// Collects the output of a pipe up to a limit. Further output is read, counted and dropped, so that the writer does
/// not stall.
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

  /// Reads the available data without waiting.
  ///
  /// - Returns: whether the pipe has ended.
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

  /// The output of a process that has ended. Does not wait for grandchildren that hold the pipe open.
  func finish() -> (bytes: [UInt8], dropped: Int) {
    _ = drain()
    let token = state.withLock { $0.token.take() }
    if let token { ReadinessThread.shared.cancel(token) }
    return state.withLock { ($0.bytes, $0.dropped) }
  }
}

/// Writes bytes into a pipe as the reader accepts them.
final class InputFeed: Sendable {
  private let writeEnd: Mutex<OwnedDescriptor?>
  private let rest: Mutex<ArraySlice<UInt8>>

  private init(writeEnd: OwnedDescriptor, bytes: [UInt8]) {
    self.writeEnd = Mutex(writeEnd)
    rest = Mutex(bytes[...])
  }

  /// Writes the bytes, then closes the write end. The watch keeps the feed alive.
  static func start(writeEnd: OwnedDescriptor, bytes: [UInt8]) throws(SystemCallError) {
    let feed = InputFeed(writeEnd: writeEnd, bytes: bytes)
    let number = writeEnd.number
    try ReadinessThread.shared.watch(number, for: .writable) {
      // Releasing the descriptor closes it, which ends the reader's input.
      feed.write(to: number) ? .done { feed.writeEnd.withLock { $0 = nil } } : .again
    }
  }

  /// - Returns: whether all bytes are written, or the reader has closed its end.
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
