/// An empty output.
struct NoOutput: AsyncSequence, Sendable {
  struct Iterator: AsyncIteratorProtocol {
    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? { nil }
  }

  func makeAsyncIterator() -> Iterator { Iterator() }
}

/// Several outputs, one after another.
struct JoinedOutput: AsyncSequence, Sendable {
  let parts: [OutputSequence]

  struct Iterator: AsyncIteratorProtocol {
    var rest: [OutputSequence]
    var current: (any AsyncIteratorProtocol<OutputChunk, any Error>)?

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      while true {
        if let chunk = try await current?.next(isolation: actor) { return chunk }
        guard !rest.isEmpty else { return nil }
        current = rest.removeFirst().makeAsyncIterator()
      }
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(rest: parts) }
}

/// One stream, `stdout` or `stderr`, of an output.
struct NarrowedOutput: AsyncSequence, Sendable {
  let base: OutputSequence
  let stream: OutputChunk.Stream

  struct Iterator: AsyncIteratorProtocol {
    var base: any AsyncIteratorProtocol<OutputChunk, any Error>
    let stream: OutputChunk.Stream

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      while let chunk = try await base.next(isolation: actor) {
        if chunk.stream == stream { return chunk }
      }
      return nil
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), stream: stream) }
}

/// An output whose end is seen only when a wait has ended.
struct EndedOutput: AsyncSequence, Sendable {
  let whole: OutputSequence
  let end: AsyncStream<WaitResult>

  struct Iterator: AsyncIteratorProtocol {
    var whole: any AsyncIteratorProtocol<OutputChunk, any Error>
    let end: AsyncStream<WaitResult>

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> OutputChunk? {
      if let chunk = try await whole.next(isolation: actor) { return chunk }
      for await _ in end { break }
      return nil
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(whole: whole.makeAsyncIterator(), end: end) }
}

extension AttachedStreams {
  /// - Parameters:
  ///   - end: awaited between the last output and its end.
  ///   - onLeave: called when the client detaches. It finishes the stream of the wait.
  func ending(after end: AsyncStream<WaitResult>, onLeave: @escaping @Sendable () -> Void) -> AttachedStreams {
    with(EndedOutput(whole: output, end: end), onLeave)
  }

  func preceded(by past: OutputSequence) -> AttachedStreams { with(JoinedOutput(parts: [past, output])) }

  func only(_ stream: OutputChunk.Stream) -> AttachedStreams {
    with(NarrowedOutput(base: output, stream: stream))
  }

  private func with(_ output: OutputSequence, _ onLeave: @escaping @Sendable () -> Void = {}) -> AttachedStreams {
    AttachedStreams(
      isTerminal: isTerminal, output: output, send: { try await self.write($0) }, endInput: { await self.closeInput() },
      detach: {
        onLeave()
        await self.detach()
      })
  }
}
