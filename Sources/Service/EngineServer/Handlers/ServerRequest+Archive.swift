internal import EngineModel
internal import NIOCore

extension ServerRequest {
  /// The body, which is an archive.
  var archive: ByteStream {
    switch body {
    case .collected(let buffer):
      let bytes = Array(buffer.readableBytesView)
      return AsyncThrowingStream { continuation in
        continuation.yield(bytes)
        continuation.finish()
      }
    case .streamed(let sequence): return BodyPieces(base: sequence)
    }
  }
}

/// A streamed body as arrays of bytes.
private struct BodyPieces: AsyncSequence, Sendable {
  let base: BodySequence

  struct AsyncIterator: AsyncIteratorProtocol {
    var base: BodySequence.AsyncIterator
    mutating func next() async throws -> [UInt8]? {
      try await base.next().map { Array($0.readableBytesView) }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }
}
