import Synchronization

/// Counts the bytes of a stream and shows the progress.
final class CountedChunks: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  private let source: ByteChunks
  private let progress: Mutex<ByteProgress>

  init(_ source: ByteChunks, _ progress: ByteProgress) {
    self.source = source
    self.progress = Mutex(progress)
  }

  var bytes: Int64 { progress.withLock { $0.bytes } }

  func clear() { progress.withLock { $0.clear() } }

  func makeAsyncIterator() -> Iterator { Iterator(base: source.makeAsyncIterator(), counter: self) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var base: any AsyncIteratorProtocol<[UInt8], any Error>
    fileprivate let counter: CountedChunks

    mutating func next() async throws -> [UInt8]? {
      guard let chunk = try await base.next(isolation: nil) else { return nil }
      counter.progress.withLock { $0.add(chunk.count) }
      return chunk
    }
  }
}
