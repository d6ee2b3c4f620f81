import JSON
import EngineAPI

/// JSON documents that come one per line.
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

/// The lines of a stream of bytes.
struct LineIterator {
  private var source: any AsyncIteratorProtocol<[UInt8], any Error>
  private var pending: [UInt8] = []
  private var isOver = false

  init(_ source: any AsyncIteratorProtocol<[UInt8], any Error>) { self.source = source }

  mutating func next() async throws -> [UInt8]? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[..<end])
        pending.removeSubrange(...end)
        return line
      }
      guard !isOver, let chunk = try await source.next(isolation: nil) else {
        isOver = true
        guard !pending.isEmpty else { return nil }
        defer { pending = [] }
        return pending
      }
      pending += chunk
    }
  }
}

extension AsyncSequence where Element == [UInt8], Failure == any Error {
  func lineIterator() -> LineIterator { LineIterator(makeAsyncIterator()) }
}
