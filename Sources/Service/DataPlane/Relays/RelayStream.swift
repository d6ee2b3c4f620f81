import CLinux
import Glibc
import Kernel

/// One direction of a relayed connection: what is read at one end is written at the other. While something waits to be
/// written nothing more is read, so a slow reader slows the writer, and at most one buffer's worth is held.
struct RelayStream {
  static let bufferSize = 64 << 10

  enum Progress {
    case going
    /// The end was read, and passed on.
    case finished
    case failed
  }

  private var pending: ArraySlice<UInt8> = []
  /// The source has no more to say.
  private(set) var sawEnd = false
  private(set) var isFinished = false

  /// Whether there is a reason to wait for data from the source.
  var wantsToRead: Bool { pending.isEmpty && !sawEnd }
  /// Whether there is a reason to wait for room at the destination.
  var wantsToWrite: Bool { !pending.isEmpty }

  /// Moves what can be moved now. Two buffers' worth at the most, then others have their turn.
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
      // The half-close goes on: a client that has sent all may still wait for its answer.
      shutdown(destination.number, Int32(SHUT_WR))
    }
    return .finished
  }
}
