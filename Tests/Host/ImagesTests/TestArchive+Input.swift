import Kernel
import TestHosts

@testable import Images

extension TestArchive {
  /// The archive as an input of small chunks.
  var input: ArchiveInput { .stream(Chunks(finished)) }
}

/// Bytes in chunks, like those of a request's body.
struct Chunks: AsyncSequence, Sendable {
  let bytes: [UInt8]
  let size: Int
  /// Thrown instead of the end.
  let failure: (any Error)?

  init(_ bytes: [UInt8], size: Int = 1000, failure: (any Error)? = nil) {
    self.bytes = bytes
    self.size = size
    self.failure = failure
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    let pieces: Chunks
    var offset = 0

    mutating func next() async throws -> [UInt8]? {
      try await next(isolation: nil)
    }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
      guard offset < pieces.bytes.count else {
        if let failure = pieces.failure { throw failure }
        return nil
      }
      let piece = Array(pieces.bytes[offset..<Swift.min(offset + pieces.size, pieces.bytes.count)])
      offset += piece.count
      return piece
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self) }
}

/// Bytes in memory as a source.
final class MemorySource: ByteSource {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, rest.count, 777)
    buffer.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }
}
