import Kernel
import Testing

@testable import Images

/// The pipe from a client's request to the unpacking thread.
@Suite struct BytePipeTests {
  private func stream(_ chunks: [[UInt8]], thenFailing error: (any Error & Sendable)? = nil)
    -> AsyncThrowingStream<[UInt8], any Error>
  {
    AsyncThrowingStream { continuation in
      for chunk in chunks { continuation.yield(chunk) }
      continuation.finish(throwing: error)
    }
  }

  private func readAll(_ pipe: BytePipe, atOnce size: Int) async throws -> [UInt8] {
    try await onDedicatedThread("reader") {
      var all: [UInt8] = []
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        let count = try pipe.read(into: buffer)
        if count == 0 { return all }
        all.append(contentsOf: buffer[..<count])
      }
    }
  }

  @Test(arguments: [(1, 7), (1000, 131072), (65536, 4096), (3_000_000, 100_000)])
  func everyByteArrivesInItsPlace(chunk: Int, read: Int) async throws {
    let whole = (0..<min(chunk * 400, 6_000_000)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let chunks = stride(from: 0, to: whole.count, by: chunk).map { Array(whole[$0..<min($0 + chunk, whole.count)]) }
    let pipe = BytePipe()
    async let writing: Void = pipe.write(contentsOf: stream(chunks))
    let read = try await readAll(pipe, atOnce: read)
    await writing
    #expect(read == whole)
  }

  private struct Broken: Error {}

  @Test func aStreamThatBreaksFailsItsReaderAfterWhatCame() async throws {
    let pipe = BytePipe()
    await pipe.write(contentsOf: stream([[1, 2, 3]], thenFailing: Broken()))
    try await onDedicatedThread("reader") {
      var bytes: [UInt8] = [0, 0, 0, 0]
      let count = try bytes.withUnsafeMutableBytes { try pipe.read(into: $0) }
      #expect(count == 3 && bytes == [1, 2, 3, 0])
      do {
        _ = try bytes.withUnsafeMutableBytes { try pipe.read(into: $0) }
        Issue.record("the end of a broken stream is no end")
      } catch {
        #expect(error is Broken)
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aFeederIsLetGoWhenNobodyReads() async throws {
    let pipe = BytePipe()
    async let writing: Void = pipe.write(
      contentsOf: stream(Array(repeating: [UInt8](repeating: 1, count: 1 << 20), count: 4)))
    _ = try await onDedicatedThread("reader") {
      var byte: [UInt8] = [0]
      return try byte.withUnsafeMutableBytes { try pipe.read(into: $0) }
    }
    pipe.closeReading()
    await writing
  }

  @Test(.timeLimit(.minutes(1))) func aReaderThatWaitsIsToldOfTheEnd() async throws {
    let pipe = BytePipe()
    let read = Task { try await readAll(pipe, atOnce: 10) }
    try await Task.sleep(for: .milliseconds(20))
    pipe.fail(Broken())
    await #expect(throws: Broken.self) { try await read.value }
  }
}
