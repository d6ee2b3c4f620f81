/// A piece of a process's output, and its stream.
package struct OutputChunk: Sendable, Hashable {
  /// As in the stream header of Docker's attach protocol.
  package enum Stream: UInt8, Sendable, Hashable {
    case stdin = 0
    case stdout = 1
    case stderr = 2
  }

  package var stream: Stream
  package var bytes: [UInt8]
  /// The lengths of the messages in it, of which each is a frame of its own; empty: it is one message.
  package var messages: [Int] = []

  package init(_ stream: Stream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// A process's output. The reader pulls it chunk by chunk: a slow reader blocks the writer and does not use the engine's
/// memory.
package typealias OutputSequence = any AsyncSequence<OutputChunk, any Error> & Sendable

/// A client's connection to the standard streams of a container or an exec.
package struct AttachedStreams: Sendable {
  /// With a terminal, stdout and stderr are one stream without frames.
  package let isTerminal: Bool
  /// Ends with the process's output. Iterate once.
  package let output: OutputSequence
  private let send: @Sendable ([UInt8]) async throws -> Void
  private let endInput: @Sendable () async -> Void
  private let detachAction: @Sendable () async -> Void

  package init(
    isTerminal: Bool, output: OutputSequence, send: @escaping @Sendable ([UInt8]) async throws -> Void,
    endInput: @escaping @Sendable () async -> Void, detach: @escaping @Sendable () async -> Void
  ) {
    self.isTerminal = isTerminal
    self.output = output
    self.send = send
    self.endInput = endInput
    detachAction = detach
  }

  /// Writes to the process's stdin; returns when the pipe has accepted the bytes.
  package func write(_ bytes: [UInt8]) async throws { try await send(bytes) }

  /// The client sends no more input. With `StdinOnce` the process reads end of file.
  package func closeInput() async { await endInput() }

  /// Detaches: the output ends, the process keeps running. May be called more than once.
  package func detach() async { await detachAction() }
}
