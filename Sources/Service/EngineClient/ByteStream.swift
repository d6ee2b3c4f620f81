internal import NIOCore

/// Bytes as they arrive, with back-pressure. Iterate once.
package struct ByteStream: AsyncSequence, Sendable {
  package typealias Element = [UInt8]

  let sequence: InboundSequence

  package struct AsyncIterator: AsyncIteratorProtocol {
    var base: InboundSequence.AsyncIterator

    package mutating func next() async throws -> [UInt8]? {
      guard let buffer = try await base.next() else { return nil }
      return Array(buffer.readableBytesView)
    }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: sequence.makeAsyncIterator()) }

  /// Collects all bytes, up to `limit`.
  func collect(limit: Int = 64 * 1024 * 1024) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await piece in self {
      bytes += piece
      guard bytes.count <= limit else { throw ClientError.tooLarge }
    }
    return bytes
  }
}

typealias InboundSequence = NIOThrowingAsyncSequenceProducer<
  ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, InboundDemand
>

/// Passes a reader's demand to the connection's event loop.
struct InboundDemand: NIOAsyncSequenceProducerDelegate {
  let more: @Sendable () -> Void

  func produceMore() { more() }
  func didTerminate() { more() }
}

/// Errors of the connection.
enum ClientError: Error, Sendable, CustomStringConvertible {
  case disconnected
  case notHTTP(String)
  case tooLarge

  var description: String {
    switch self {
    case .disconnected: "the engine closed the connection: unexpected EOF"
    case .notHTTP(let why): "the engine's answer is not HTTP: \(why)"
    case .tooLarge: "the engine's answer is too large"
    }
  }
}
