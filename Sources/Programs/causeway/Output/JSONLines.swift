import JSON
import EngineAPI

/// A stream of JSON documents, one per line.
struct JSONLines: AsyncSequence {
  typealias Element = JSONValue

  private let chunks: ByteChunks

  init(_ chunks: ByteChunks) { self.chunks = chunks }

  func makeAsyncIterator() -> Iterator { Iterator(chunks.lineIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    private var lines: LineIterator

    fileprivate init(_ lines: LineIterator) { self.lines = lines }

    mutating func next() async throws -> JSONValue? {
      while let line = try await lines.next() {
        guard line.contains(where: { $0 > 0x20 }) else { continue }
        return try JSONParser.parse(line)
      }
      return nil
    }
  }
}

extension AsyncSequence where Element == [UInt8], Failure == any Error {
  func lineIterator() -> LineIterator { LineIterator(makeAsyncIterator()) }
}
