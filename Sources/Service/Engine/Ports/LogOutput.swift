import EngineModel
import Glibc
import Kernel
import Runtime

/// The entries of a log as output chunks, with optional times and details before each line.
struct LogOutput: AsyncSequence, Sendable {
  let reader: LogReader
  let showsTimes: Bool
  /// The text before each line, after its time.
  let details: [UInt8]

  struct Iterator: AsyncIteratorProtocol {
    let reader: LogReader
    let showsTimes: Bool
    let details: [UInt8]
    private var pending: ArraySlice<LogEntry> = []
    /// The streams whose last entry was an incomplete line: the next entry gets no time.
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
          // The container wrote nothing, or never started.
          return nil
        }
      }
      // Joins consecutive entries of one stream: fewer writes to the client.
      var chunk: OutputChunk?
      while let entry = pending.first {
        let stream: OutputChunk.Stream = entry.stream == .stderr ? .stderr : .stdout
        if let chunk, chunk.stream != stream || chunk.bytes.count > 32_768 { break }
        var bytes = entry.bytes
        if !inLine.contains(entry.stream) {
          bytes = (showsTimes ? Array("\(entry.time) ".utf8) : []) + details + bytes
        }
        if entry.isPartial { inLine.insert(entry.stream) } else { inLine.remove(entry.stream) }
        var joined = chunk.take() ?? OutputChunk(stream, [])
        joined.bytes += bytes
        joined.messages.append(bytes.count)
        chunk = joined
        pending = pending.dropFirst()
      }
      return chunk
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(self) }
}
