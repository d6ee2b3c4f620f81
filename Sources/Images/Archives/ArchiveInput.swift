import CLinux
import EngineModel
import Glibc
public import Kernel
import Synchronization

/// Where an archive comes from.
public enum ArchiveInput: Sendable {
  /// A file on this host.
  case file(String)
  /// An open file, pipe or socket, read to its end; a blocking one.
  case descriptor(OwnedDescriptor)
  /// Pieces as they arrive, a client's request body for instance. It is read no faster than the archive is worked on.
  case stream(any AsyncSequence<[UInt8], any Error> & Sendable)

  /// Does blocking work on the bytes, on a thread of its own.
  func withSource<T: Sendable>(_ body: @escaping @Sendable (any ByteSource) throws -> T) async throws -> T {
    switch self {
    case .file(let path):
      return try await onDedicatedThread("archive") {
        ArchiveHandle.useUTF8OnThisThread()
        return try body(DescriptorSource(path: path))
      }
    case .descriptor(let descriptor):
      return try await onDedicatedThread("archive") {
        ArchiveHandle.useUTF8OnThisThread()
        return try body(DescriptorSource(descriptor, name: "archive"))
      }
    case .stream(let stream):
      let line = try ByteLine()
      return try await withTaskCancellationHandler {
        // Cancelled and awaited when this scope is left: a stream may go on after its archive was refused.
        async let _: Void = line.feed(stream)
        let result: Result<T, any Error>
        do {
          result = .success(
            try await onDedicatedThread("archive") {
              ArchiveHandle.useUTF8OnThisThread()
              return try body(line)
            })
        } catch {
          result = .failure(error)
        }
        line.hangUp()
        return try result.get()
      } onCancel: {
        line.fail(CancellationError())
      }
    }
  }
}

/// Carries bytes from asynchronous code to a thread that reads them; the buffer between is the kernel's, of a socket
/// pair, which unlike a pipe can be hung up while the other side is at work on it.
final class ByteLine: ByteSource, Sendable {
  private let readEnd: OwnedDescriptor
  private let writeEnd: OwnedDescriptor
  private let failure = Mutex<(any Error)?>(nil)

  init() throws {
    var ends: [Int32] = [-1, -1]
    try checked("socketpair") { socketpair(AF_UNIX, linux_SOCK_STREAM | linux_SOCK_CLOEXEC, 0, &ends) }
    readEnd = OwnedDescriptor(adopting: ends[0])
    writeEnd = OwnedDescriptor(adopting: ends[1])
  }

  /// Writes all of a stream, and then ends the line. A stream that breaks makes the reader fail too: the archive is not
  /// taken for complete.
  func feed(_ stream: any AsyncSequence<[UInt8], any Error> & Sendable) async {
    do {
      let writing = try SerialThread("archive input")
      let end = writeEnd
      for try await piece in stream where !piece.isEmpty {
        try await writing.run { try end.writeAll(piece) }
      }
    } catch let error as SystemCallError where error.errno == EPIPE {
      return
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
    shutdown(writeEnd.number, Int32(SHUT_WR))
  }

  func fail(_ error: any Error) {
    failure.withLock { $0 = $0 ?? error }
    hangUp()
  }

  func hangUp() {
    shutdown(readEnd.number, Int32(SHUT_RDWR))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try checkedCount("read", "archive") { Glibc.read(readEnd.number, buffer.baseAddress, buffer.count) }
    if count == 0, let failure = failure.withLock({ $0 }) { throw failure }
    return count
  }
}
