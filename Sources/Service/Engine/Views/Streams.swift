/// A piece of what a program wrote, and where.
public struct OutputChunk: Sendable, Hashable {
  /// As in the stream header of Docker's attach protocol.
  public enum Stream: UInt8, Sendable, Hashable {
    case stdin = 0
    case stdout = 1
    case stderr = 2
  }

  public var stream: Stream
  public var bytes: [UInt8]

  public init(_ stream: Stream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// What a program writes, pulled chunk by chunk: a slow reader holds the writer back, not the engine's memory.
public typealias OutputSequence = any AsyncSequence<OutputChunk, any Error> & Sendable

/// A client's line to a running program: of a container or of an exec.
public struct AttachedStreams: Sendable {
  /// One stream and no frames: with a terminal, standard output and error are one.
  public let isTerminal: Bool
  /// Ends when the program's output ends. Iterate once.
  public let output: OutputSequence
  private let send: @Sendable ([UInt8]) async throws -> Void
  private let endInput: @Sendable () async -> Void
  private let leave: @Sendable () async -> Void

  public init(
    isTerminal: Bool, output: OutputSequence, send: @escaping @Sendable ([UInt8]) async throws -> Void,
    endInput: @escaping @Sendable () async -> Void, leave: @escaping @Sendable () async -> Void
  ) {
    self.isTerminal = isTerminal
    self.output = output
    self.send = send
    self.endInput = endInput
    self.leave = leave
  }

  /// Gives the program input; returns when it was taken.
  public func write(_ bytes: [UInt8]) async throws { try await send(bytes) }

  /// The client sends no more: the program sees the end of its input if `StdinOnce` was asked for.
  public func closeInput() async { await endInput() }

  /// Lets go. The program goes on. May be called more than once; the output ends.
  public func detach() async { await leave() }
}
