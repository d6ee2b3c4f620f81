import CLinux
import Glibc
import Kernel
import Synchronization

/// One of a process's output streams.
package enum OutputStream: String, Sendable, Hashable {
  case stdout
  case stderr
}

/// A chunk of output. With a terminal everything is `stdout`.
package struct OutputChunk: Sendable, Hashable {
  package let stream: OutputStream
  package let bytes: [UInt8]

  package init(stream: OutputStream, bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// A connection to the standard streams of a container or an exec.
///
/// No output after the attachment is lost: conmon waits for a slow reader, and the process waits for conmon. So a
/// reader that stops reading blocks the process, but not its end: see ``releaseWriter()``. One task reads, one task
/// writes.
package final class AttachedIO: Sendable {
  private struct Reading {
    /// Packets that were received and not yet read.
    var kept: ArraySlice<OutputChunk> = []
    var isAtEnd = false
    /// The reader waits for output, so it does not hold up the writer.
    var isWaiting = false
    var isReleasing = false
  }

  private let descriptor: OwnedDescriptor
  // A second descriptor, because readiness is watched per descriptor, and reads and writes are awaited independently.
  private let writer: OwnedDescriptor
  private let reading = Mutex(Reading())
  private let isOpen = Mutex(true)
  private let endWatch = Mutex<Task<Void, Never>?>(nil)
  /// Keeps the socket of an output-only attachment open, if closing it would close the process's input.
  private let keepOpen: (@Sendable (OwnedDescriptor) -> Void)?

  /// conmon sends packets of one byte for the stream and at most 8192 bytes of data.
  private static let packetSize = 8193
  private static let chunkSize = 65536
  /// The output that is kept for a reader that does not read. A pipe holds 64 KiB, and two belong to a process.
  private static let keptSize = 8 << 20

  init(descriptor: OwnedDescriptor, keepOpen: (@Sendable (OwnedDescriptor) -> Void)?) throws(SystemCallError) {
    self.descriptor = descriptor
    self.keepOpen = keepOpen
    let copy = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SystemCallError.last("fcntl", "F_DUPFD_CLOEXEC") }
    writer = OwnedDescriptor(adopting: copy)
  }

  deinit {
    endWatch.withLock { $0?.cancel() }
    close()
  }

  /// Connects to conmon's socket. The path may be longer than a socket address allows, so it goes through a descriptor.
  static func connect(
    _ bundle: RuntimeLayout.Bundle, keepOpen: (@Sendable (OwnedDescriptor) -> Void)?
  ) throws(SystemCallError) -> AttachedIO {
    let folder = try OwnedDescriptor(path: bundle.path, flags: linux_O_PATH | O_DIRECTORY)
    let number = socket(AF_UNIX, linux_SOCK_SEQPACKET | linux_SOCK_CLOEXEC | linux_SOCK_NONBLOCK, 0)
    guard number >= 0 else { throw SystemCallError.last("socket") }
    let descriptor = OwnedDescriptor(adopting: number)
    // The path of a bundle can be longer than a socket address allows.
    let address = try UnixSocketAddress("/proc/self/fd/\(folder.number)/attach")
    let result = address.connect(number)
    guard result == 0 else { throw SystemCallError.last("connect", bundle.attachSocket) }
    return try AttachedIO(descriptor: descriptor, keepOpen: keepOpen)
  }

  /// The next chunk of output, up to 64 KiB if more is available; `nil` after all output, or after ``close()``.
  package func next() async throws -> OutputChunk? {
    while true {
      if let chunk = try readChunk() { return chunk }
      guard isOpen.withLock({ $0 }) else { return nil }
      let mustWait = reading.withLock { state -> Bool? in
        if !state.kept.isEmpty { return false }
        if state.isAtEnd { return nil }
        state.isWaiting = true
        return true
      }
      guard let mustWait else { return nil }
      guard mustWait else { continue }
      defer { reading.withLock { $0.isWaiting = false } }
      try await ReadinessThread.shared.readable(descriptor.number)
    }
  }

  /// From the process's end on, the reader does not hold up conmon any more.
  func releaseWriter(after process: OwnedDescriptor) {
    let watch = Task { [weak self] in
      guard (try? await ProcessWatch.end(of: process)) != nil else { return }
      self?.releaseWriter()
    }
    endWatch.withLock { $0 = watch }
  }

  /// Receives output before its reader asks for it, so that a reader that stopped does not hold up conmon: the end of a
  /// container must not depend on a client. It keeps a bounded amount; then it closes the attachment.
  func releaseWriter() {
    guard
      reading.withLock({ state in
        defer { state.isReleasing = true }
        return !state.isReleasing
      })
    else { return }
    Task { [weak self] in
      while (try? self?.keepAvailable()) ?? false { try? await Task.sleep(for: .milliseconds(10)) }
    }
  }

  /// - Returns: whether more output may come.
  private func keepAvailable() throws(SystemCallError) -> Bool {
    guard isOpen.withLock({ $0 }) else { return false }
    let isFull = try reading.withLock { state throws(SystemCallError) in
      guard !state.isWaiting else { return false }
      var size = state.kept.reduce(0) { $0 + $1.bytes.count }
      while size <= Self.keptSize {
        guard let packet = try receive(&state) else { return false }
        state.kept.append(packet)
        size += packet.bytes.count
      }
      return true
    }
    if isFull { close() }
    return !isFull && reading.withLock { !$0.isAtEnd }
  }

  /// - Returns: `nil` if no output is available now.
  private func readChunk() throws(SystemCallError) -> OutputChunk? {
    try reading.withLock { state throws(SystemCallError) in
      var stream: OutputStream?
      var bytes: [UInt8] = []
      while bytes.count < Self.chunkSize {
        guard let packet = try nextPacket(&state) else { break }
        guard stream == nil || stream == packet.stream else {
          state.kept = [packet] + state.kept
          break
        }
        stream = packet.stream
        if bytes.isEmpty { bytes = packet.bytes } else { bytes += packet.bytes }
      }
      return stream.map { OutputChunk(stream: $0, bytes: bytes) }
    }
  }

  private func nextPacket(_ state: inout Reading) throws(SystemCallError) -> OutputChunk? {
    if let kept = state.kept.popFirst() { return kept }
    return try receive(&state)
  }

  private func receive(_ state: inout Reading) throws(SystemCallError) -> OutputChunk? {
    while !state.isAtEnd {
      var count = 0
      let packet = [UInt8](unsafeUninitializedCapacity: Self.packetSize) { buffer, initialized in
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
      // ECONNRESET reports once that conmon ended without reading all input. Its last output can still be read.
      if count == 1 || errno == EINTR || errno == ECONNRESET { continue }
      if errno == EAGAIN { return nil }
      throw SystemCallError.last("recv", "attach socket")
    }
    return nil
  }

  /// Writes to the process's standard input. It returns when conmon has read everything; conmon reads as fast as the
  /// process.
  ///
  /// - Throws: errno `EPIPE` if the process ended or closed its input.
  package func write(_ bytes: some Collection<UInt8> & Sendable) async throws {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      // conmon reads at most this much of one packet and drops the rest.
      let packet = rest.prefix(8192)
      let count = packet.withUnsafeBytes {
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

  /// Ends this attachment's input. The process sees the end of its input if it was created with
  /// ``StandardStreams/Input/untilFirstDetach``. Output continues.
  package func closeStdin() {
    _ = shutdown(writer.number, Int32(SHUT_WR))
  }

  /// Closes the attachment. A task in ``next()`` gets `nil`. It is idempotent.
  package func close() {
    guard
      isOpen.withLock({ isOpen in
        defer { isOpen = false }
        return isOpen
      })
    else { return }
    if let keepOpen {
      // conmon's writes now fail, so it stops writing here; our side stays open for writing.
      _ = shutdown(descriptor.number, Int32(SHUT_RD))
      keepOpen(descriptor)
    } else {
      _ = shutdown(descriptor.number, Int32(SHUT_RDWR))
    }
  }
}

extension AttachedIO: AsyncSequence {
  package struct AsyncIterator: AsyncIteratorProtocol {
    let io: AttachedIO
    package mutating func next() async throws -> OutputChunk? { try await io.next() }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(io: self) }
}
