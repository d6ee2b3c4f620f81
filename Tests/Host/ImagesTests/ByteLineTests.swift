import Kernel
import Testing

@testable import Images

/// Bytes on their way from a client to the thread that unpacks them.
@Suite struct ByteLineTests {
  private func stream(_ pieces: [[UInt8]], thenFailing error: (any Error & Sendable)? = nil)
    -> AsyncThrowingStream<[UInt8], any Error>
  {
    AsyncThrowingStream { continuation in
      for piece in pieces { continuation.yield(piece) }
      continuation.finish(throwing: error)
    }
  }

  private func readAll(_ line: ByteLine, atOnce size: Int) async throws -> [UInt8] {
    try await onDedicatedThread("reader") {
      var all: [UInt8] = []
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        let count = try line.read(into: buffer)
        if count == 0 { return all }
        all.append(contentsOf: buffer[..<count])
      }
    }
  }

  @Test(arguments: [(1, 7), (1000, 131072), (65536, 4096), (3_000_000, 100_000)])
  func everyByteArrivesInItsPlace(piece: Int, read: Int) async throws {
    let whole = (0..<min(piece * 400, 6_000_000)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let pieces = stride(from: 0, to: whole.count, by: piece).map { Array(whole[$0..<min($0 + piece, whole.count)]) }
    let line = ByteLine()
    async let feeding: Void = line.feed(stream(pieces))
    let read = try await readAll(line, atOnce: read)
    await feeding
    #expect(read == whole)
  }

  private struct Broken: Error {}

  @Test func aStreamThatBreaksFailsItsReaderAfterWhatCame() async throws {
    let line = ByteLine()
    await line.feed(stream([[1, 2, 3]], thenFailing: Broken()))
    try await onDedicatedThread("reader") {
      var bytes: [UInt8] = [0, 0, 0, 0]
      let count = try bytes.withUnsafeMutableBytes { try line.read(into: $0) }
      #expect(count == 3 && bytes == [1, 2, 3, 0])
      do {
        _ = try bytes.withUnsafeMutableBytes { try line.read(into: $0) }
        Issue.record("the end of a broken stream is no end")
      } catch {
        #expect(error is Broken)
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aFeederIsLetGoWhenNobodyReads() async throws {
    let line = ByteLine()
    async let feeding: Void = line.feed(stream(Array(repeating: [UInt8](repeating: 1, count: 1 << 20), count: 4)))
    _ = try await onDedicatedThread("reader") {
      var byte: [UInt8] = [0]
      return try byte.withUnsafeMutableBytes { try line.read(into: $0) }
    }
    line.hangUp()
    await feeding
  }

  @Test(.timeLimit(.minutes(1))) func aReaderThatWaitsIsToldOfTheEnd() async throws {
    let line = ByteLine()
    let read = Task { try await readAll(line, atOnce: 10) }
    try await Task.sleep(for: .milliseconds(20))
    line.fail(Broken())
    await #expect(throws: Broken.self) { try await read.value }
  }
}
