import EngineModel

/// A client that attached before its container was started. It gets its line once the container is there, and the end
/// of it when that never comes to be.
struct PendingAttachment: Sendable {
  let stdin: Bool
  let line = Promise<AttachedStreams?>()

  init(stdin: Bool) { self.stdin = stdin }

  /// What the client holds meanwhile. Its input waits until there is somebody to read it.
  func streams(isTerminal: Bool) -> AttachedStreams {
    let line = line
    return AttachedStreams(
      isTerminal: isTerminal, output: LaterOutput(line: line),
      send: { bytes in
        guard let streams = await line.value else { throw EngineError(.conflict, "the container was not started") }
        try await streams.write(bytes)
      },
      endInput: { await line.value?.closeInput() },
      leave: {
        line.keep(nil)
        await line.value?.detach()
      })
  }
}

/// The output of a line that is yet to come.
struct LaterOutput: AsyncSequence, Sendable {
  let line: Promise<AttachedStreams?>

  struct Iterator: AsyncIteratorProtocol {
    let line: Promise<AttachedStreams?>
    private var begun = false
    private var output: (any AsyncIteratorProtocol<OutputChunk, any Error>)?

    init(line: Promise<AttachedStreams?>) { self.line = line }

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      if !begun {
        begun = true
        output = await line.value?.output.makeAsyncIterator()
      }
      return try await output?.next(isolation: actor)
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(line: line) }
}
