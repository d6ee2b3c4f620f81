import JSON
internal import EngineAPI
internal import Glibc
internal import Kernel
internal import NIOHTTP1

extension ServerResponse {
  /// Values as lines of JSON, the form of progress messages.
  static func lines(_ values: [some Encodable]) throws -> ServerResponse {
    var bytes: [UInt8] = []
    for value in values { bytes += try JSONEncoding.bytes(value) + [0x0D, 0x0A] }
    return ServerResponse(.ok, headers: ["Content-Type": "application/json"], body: .bytes(bytes))
  }

  /// An archive that `write` writes into a pipe, at the speed at which the client reads. When `write` fails, the answer
  /// ends without its last chunk.
  static func archive(_ write: @escaping @Sendable (OwnedDescriptor) async throws -> Void) -> ServerResponse {
    ServerResponse(
      .ok, headers: ["Content-Type": "application/x-tar"],
      body: .stream { writer in
        let (source, writing) = try ArchivePipe.begin(write)
        do {
          try await source.copy(to: writer)
        } catch {
          writing.cancel()
          throw error
        }
        try await writing.value
      })
  }
}

/// Reads from a pipe on a thread of its own. When the reader is released, the writer gets EPIPE.
private struct ArchivePipe: Sendable {
  private let readEnd: OwnedDescriptor
  private let thread: SerialThread

  static func begin(
    _ write: @escaping @Sendable (OwnedDescriptor) async throws -> Void
  ) throws -> (ArchivePipe, Task<Void, any Error>) {
    let pipe = try Pipe()
    let source = ArchivePipe(readEnd: pipe.readEnd, thread: try SerialThread("archive"))
    let writeEnd = pipe.writeEnd
    // The task holds the last reference to the write end: when the task ends, the reader gets end of file.
    return (source, Task { try await write(writeEnd) })
  }

  func copy(to writer: ResponseWriter) async throws {
    let number = readEnd
    while true {
      let piece = try await thread.run { () throws -> [UInt8] in
        try withExtendedLifetime(number) { try Self.read(number.number) }
      }
      guard !piece.isEmpty else { return }
      try await writer.write(piece)
    }
  }

  private static func read(_ descriptor: CInt) throws -> [UInt8] {
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 256 * 1024) { buffer, count in
      count = 0
      while true {
        let result = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if result >= 0 {
          count = result
          return
        }
        if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    guard failure == 0 else { throw ArchiveReadError(code: failure) }
    return bytes
  }
}

/// read(2) failed.
private struct ArchiveReadError: Error, CustomStringConvertible {
  let code: CInt
  var description: String { "cannot read the archive: \(SystemCallError.reason(code))" }
}
