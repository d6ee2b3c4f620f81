/// A stream of one chunk.
struct OneChunk: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func makeAsyncIterator() -> Iterator { Iterator(rest: bytes) }

  struct Iterator: AsyncIteratorProtocol {
    var rest: [UInt8]?
    mutating func next() async throws -> [UInt8]? { rest.take() }
  }
}
