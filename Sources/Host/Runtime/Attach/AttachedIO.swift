import CLinux
import Glibc
import Kernel
import Synchronization

/// Which of a process's output streams.
public enum OutputStream: String, Sendable, Hashable {
  case stdout
  case stderr
}

/// A piece of output as it came. With a terminal all is `stdout`.
public struct OutputChunk: Sendable, Hashable {
  public let stream: OutputStream
  public let bytes: [UInt8]

  public init(stream: OutputStream, bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// A connection to a container's or an executed process's standard streams.
///
/// Output that comes after the attachment was made is not lost: conmon waits for a slow reader, and the process waits
/// for conmon. So a reader that stops reading stops the process; close the attachment instead. One task reads, one
/// writes.
public final class AttachedIO: Sendable {
  private struct Reading {
    /// A packet of the other stream than the one that was being gathered.
    var pending: OutputChunk?
    var isAtEnd = false
  }

  private let descriptor: OwnedDescriptor
  // A descriptor of its own: a watch is by descriptor, and reading and writing are waited for independently.
  private let writer: OwnedDescriptor
  private let reading = Mutex(Reading())
  private let isOpen = Mutex(true)
  /// Keeps the socket of an attachment without input, where closing would close the process's input.
  private let park: (@Sendable (OwnedDescriptor) -> Void)?

  /// What conmon writes in one packet: a byte for the stream, then at most 8192 bytes.
  private static let packet = 8193
  private static let gathered = 65536

  init(descriptor: OwnedDescriptor, park: (@Sendable (OwnedDescriptor) -> Void)?) throws(SystemCallError) {
    self.descriptor = descriptor
    self.park = park
    let copy = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SystemCallError.last("fcntl", "F_DUPFD_CLOEXEC") }
    writer = OwnedDescriptor(adopting: copy)
  }

  deinit {
    close()
  }

  /// Connects to conmon's socket. Its path may be longer than a socket address can hold, so it goes by a descriptor.
  static func connect(
    _ bundle: RuntimeLayout.Bundle, park: (@Sendable (OwnedDescriptor) -> Void)?
  ) throws(SystemCallError) -> AttachedIO {
    let folder = try OwnedDescriptor(path: bundle.path, flags: linux_O_PATH | O_DIRECTORY)
    let number = socket(AF_UNIX, linux_SOCK_SEQPACKET | linux_SOCK_CLOEXEC | linux_SOCK_NONBLOCK, 0)
    guard number >= 0 else { throw SystemCallError.last("socket") }
    let descriptor = OwnedDescriptor(adopting: number)
    // The path of a bundle can be longer than a socket address allows.
    let address = try UnixSocketAddress("/proc/self/fd/\(folder.number)/attach")
    let result = address.withSockaddr { Glibc.connect(number, $0, $1) }
    guard result == 0 else { throw SystemCallError.last("connect", bundle.attachSocket) }
    return try AttachedIO(descriptor: descriptor, park: park)
  }

  /// The next output, gathered to at most 64 KiB when more is there already; `nil` at the end of all output, or after
  /// ``close()``.
  public func next() async throws -> OutputChunk? {
    while true {
      if let chunk = try gather() { return chunk }
      if reading.withLock({ $0.isAtEnd }) || !isOpen.withLock({ $0 }) { return nil }
      try await ReadinessThread.shared.readable(descriptor.number)
    }
  }

  /// - Returns: `nil` when nothing is there now.
  private func gather() throws(SystemCallError) -> OutputChunk? {
    try reading.withLock { state throws(SystemCallError) in
      var stream = state.pending?.stream
      var bytes = state.pending.take()?.bytes ?? []
      while !state.isAtEnd, bytes.count < Self.gathered {
        guard let packet = try receive(&state) else { break }
        guard stream == nil || stream == packet.stream else {
          state.pending = packet
          break
        }
        stream = packet.stream
        if bytes.isEmpty { bytes = packet.bytes } else { bytes += packet.bytes }
      }
      return stream.map { OutputChunk(stream: $0, bytes: bytes) }
    }
  }

  private func receive(_ state: inout Reading) throws(SystemCallError) -> OutputChunk? {
    while true {
      var count = 0
      let packet = [UInt8](unsafeUninitializedCapacity: Self.packet) { buffer, initialized in
        count = recv(descriptor.number, buffer.baseAddress, buffer.count, Int32(linux_MSG_DONTWAIT))
        initialized = Swift.max(0, count)
      }
      if count > 1 {
        return OutputChunk(stream: packet[0] == 3 ? .stderr : .stdout, bytes: Array(packet[1...]))
      }
      if count == 0 {
        state.isAtEnd = true
        return nil
      }
      // ECONNRESET tells, once, that conmon ended without reading all input; its last output is still to be had.
      if count == 1 || errno == EINTR || errno == ECONNRESET { continue }
      if errno == EAGAIN { return nil }
      throw SystemCallError.last("recv", "attach socket")
    }
  }

  /// Gives bytes to the process's standard input; returns when conmon has taken them all, which it does as fast as the
  /// process reads.
  ///
  /// - Throws: errno `EPIPE` when the process is gone or its input closed.
  public func write(_ bytes: some Collection<UInt8> & Sendable) async throws {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      // conmon reads no more than this from one packet and would drop what is beyond.
      let piece = rest.prefix(8192)
      let count = piece.withUnsafeBytes {
        send(writer.number, $0.baseAddress, $0.count, Int32(linux_MSG_DONTWAIT | linux_MSG_NOSIGNAL))
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        try await ReadinessThread.shared.writable(writer.number)
      } else if errno != EINTR {
        throw SystemCallError.last("send", "attach socket")
      }
    }
  }

  /// No more input from this attachment. The process sees the end of its input if it was created so
  /// (``StandardStreams/Input/untilFirstDetach``). Output goes on.
  public func closeStdin() {
    _ = shutdown(writer.number, Int32(SHUT_WR))
  }

  /// Leaves. A task that waits in ``next()`` gets `nil`. May be called twice.
  public func close() {
    guard
      isOpen.withLock({ isOpen in
        defer { isOpen = false }
        return isOpen
      })
    else { return }
    if let park {
      // conmon's writes fail from now on and it stops writing here; our side stays open for writing.
      _ = shutdown(descriptor.number, Int32(SHUT_RD))
      park(descriptor)
    } else {
      _ = shutdown(descriptor.number, Int32(SHUT_RDWR))
    }
  }
}

extension AttachedIO: AsyncSequence {
  public struct AsyncIterator: AsyncIteratorProtocol {
    let io: AttachedIO
    public mutating func next() async throws -> OutputChunk? { try await io.next() }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(io: self) }
}
