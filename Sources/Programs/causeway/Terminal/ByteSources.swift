import Glibc

/// Standard input as chunks, read on demand.
struct StandardInputChunks: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  func makeAsyncIterator() -> DescriptorChunks.Iterator { DescriptorChunks(.input).makeAsyncIterator() }
}

/// The bytes of a descriptor as chunks, read on demand.
struct DescriptorChunks: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  private let descriptor: Descriptor

  init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  func makeAsyncIterator() -> Iterator { Iterator(descriptor: descriptor) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let descriptor: Descriptor

    mutating func next() async throws -> [UInt8]? { await descriptor.read(upTo: 1 << 18) }
  }
}
