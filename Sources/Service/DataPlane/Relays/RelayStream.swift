import CLinux
import Glibc
import Kernel

/// One direction of a relayed connection: copies from a source to a destination. It reads nothing while data waits to
/// be written, so a slow reader slows down the writer, and at most one buffer is held.
struct RelayStream {
  static let bufferSize = 64 << 10

  enum Progress {
    case going
    /// The source ended, and the destination was shut down for writing.
    case finished
    case failed
  }

  private var pending: ArraySlice<UInt8> = []
  /// Whether the source has reached its end.
  private(set) var sawEnd = false
  private(set) var isFinished = false

  /// Whether to wait for data from the source.
  var wantsToRead: Bool { pending.isEmpty && !sawEnd }
  /// Whether to wait until the destination is writable.
  var wantsToWrite: Bool { !pending.isEmpty }

  /// Copies what is possible now. At most two buffers, so that other connections get their turn.
  mutating func pump(
    from source: OwnedDescriptor, to destination: OwnedDescriptor, buffer: UnsafeMutableRawBufferPointer
  ) -> Progress {
    for _ in 0..<2 {
      if !pending.isEmpty {
        let count = pending.withUnsafeBytes { send(destination.number, $0.baseAddress, $0.count, linux_MSG_NOSIGNAL) }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .going : .failed }
        pending = pending.dropFirst(count)
        if !pending.isEmpty { return .going }
        pending = []
      }
      guard !sawEnd else { break }
      let count = read(source.number, buffer.baseAddress, buffer.count)
      if count < 0 { return errno == EAGAIN || errno == EINTR ? .going : .failed }
      if count == 0 {
        sawEnd = true
        break
      }
      let sent = send(destination.number, buffer.baseAddress, count, linux_MSG_NOSIGNAL)
      if sent < 0, errno != EAGAIN, errno != EINTR { return .failed }
      if sent < count { pending = Array(buffer[max(0, sent)..<count])[...] }
    }
    guard sawEnd, pending.isEmpty else { return .going }
    if !isFinished {
      isFinished = true
      // Passes on a half-close: a client that has sent everything may still wait for its answer.
      shutdown(destination.number, Int32(SHUT_WR))
    }
    return .finished
  }
}
