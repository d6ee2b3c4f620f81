import Coordination
import EngineModel

/// A client that attached before its container started. It gets the container's streams at the start, or the end of the
/// output when the start fails.
struct PendingAttachment: Sendable {
  let stdin: Bool
  let streams = OneShot<AttachedStreams?, Never>()

  init(stdin: Bool) { self.stdin = stdin }

  /// What the client holds until then. Its input waits for the container.
  func proxy(isTerminal: Bool) -> AttachedStreams {
    let later = streams
    return AttachedStreams(
      isTerminal: isTerminal, output: PendingOutput(streams: later),
      send: { bytes in
        guard let streams = await later.value() else { throw EngineError(.conflict, "the container was not started") }
        try await streams.write(bytes)
      },
      endInput: { await later.value()?.closeInput() },
      detach: {
        later.succeed(nil)
        await later.value()?.detach()
      })
  }
}

/// The output of streams that do not exist yet.
struct PendingOutput: AsyncSequence, Sendable {
  let streams: OneShot<AttachedStreams?, Never>

  struct Iterator: AsyncIteratorProtocol {
    let streams: OneShot<AttachedStreams?, Never>
    private var hasBegun = false
    private var output: (any AsyncIteratorProtocol<OutputChunk, any Error>)?

    init(streams: OneShot<AttachedStreams?, Never>) { self.streams = streams }

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      if !hasBegun {
        hasBegun = true
        output = await streams.value()?.output.makeAsyncIterator()
      }
      return try await output?.next(isolation: actor)
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(streams: streams) }
}
