import EngineModel
import Glibc
import Kernel
import Runtime

/// The entries of a log as chunks, the times in front of lines where they were asked for.
struct LogOutput: AsyncSequence, Sendable {
  let reader: LogReader
  let showsTimes: Bool
  /// What stands before each line, after its time.
  let details: [UInt8]

  struct Iterator: AsyncIteratorProtocol {
    let reader: LogReader
    let showsTimes: Bool
    let details: [UInt8]
    private var pending: ArraySlice<LogEntry> = []
    /// The streams whose last entry was a part of a line: the next one needs no time.
    private var inLine: Set<OutputStream> = []

    init(_ output: LogOutput) {
      reader = output.reader
      showsTimes = output.showsTimes
      details = output.details
    }

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      while pending.isEmpty {
        do {
          guard let batch = try await reader.next() else { return nil }
          pending = batch[...]
        } catch let error as SystemCallError where error.errno == ENOENT {
          // Nothing was ever written, or the container never began.
          return nil
        }
      }
      // Entries of one stream that follow one another go together: fewer frames for the client.
      var chunk: OutputChunk?
      while let entry = pending.first {
        let stream: OutputChunk.Stream = entry.stream == .stderr ? .stderr : .stdout
        if let chunk, chunk.stream != stream || chunk.bytes.count > 32_768 { break }
        var bytes = entry.bytes
        if !inLine.contains(entry.stream) {
          bytes = (showsTimes ? Array("\(entry.time) ".utf8) : []) + details + bytes
        }
        if entry.isPartial { inLine.insert(entry.stream) } else { inLine.remove(entry.stream) }
        chunk = OutputChunk(stream, (chunk?.bytes ?? []) + bytes)
        pending = pending.dropFirst()
      }
      return chunk
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(self) }
}
