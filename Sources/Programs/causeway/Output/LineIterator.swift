/// The lines of a stream of bytes.
struct LineIterator {
  private var source: any AsyncIteratorProtocol<[UInt8], any Error>
  private var pending: [UInt8] = []
  private var isFinished = false

  init(_ source: any AsyncIteratorProtocol<[UInt8], any Error>) { self.source = source }

  mutating func next() async throws -> [UInt8]? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[..<end])
        pending.removeSubrange(...end)
        return line
      }
      guard !isFinished, let chunk = try await source.next(isolation: nil) else {
        isFinished = true
        guard !pending.isEmpty else { return nil }
        defer { pending = [] }
        return pending
      }
      pending += chunk
    }
  }
}
