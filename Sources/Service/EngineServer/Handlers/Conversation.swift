internal import Engine
internal import EngineAPI
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Joins a client's connection with a program's streams: what the program writes goes out, framed unless it has a
/// terminal; what the client sends goes in; each side may end on its own.
struct Conversation: Sendable {
  let streams: AttachedStreams
  /// Whether the client's bytes go to the program.
  let sendsInput: Bool
  /// Found in what a person types at a terminal, they end the conversation; `nil`: not looked for.
  let detachKeys: DetachKeys?
  /// What is waited for once the output has ended, before the client sees that end.
  var ending: @Sendable () async -> Void = {}

  /// Told when a person let go of the program with the keys for that.
  var letGo: @Sendable () async -> Void = {}

  func run(on connection: HijackedConnection) async {
    let didDetach = Mark()
    let input = Task { await takeInput(from: connection, didDetach) }
    do {
      for try await chunk in streams.output {
        try await connection.write(Self.encode(chunk, terminal: streams.isTerminal))
      }
      if !didDetach.isSet { await ending() }
    } catch {
      // The client has gone, or the program's line broke: either way nobody listens.
    }
    await streams.detach()
    input.cancel()
  }

  private func takeInput(from connection: HijackedConnection, _ didDetach: Mark) async {
    var scanner = detachKeys.map(DetachScanner.init)
    do {
      for try await buffer in connection.input {
        guard sendsInput else { continue }
        let bytes = Array(buffer.readableBytesView)
        guard let (passed, detached) = scanner?.scan(bytes) else {
          try await streams.write(bytes)
          continue
        }
        if !passed.isEmpty { try await streams.write(passed) }
        if detached {
          didDetach.set()
          await letGo()
          return await streams.detach()
        }
      }
      if sendsInput { await streams.closeInput() }
    } catch {
      // A program that reads no more goes on writing. A client that has gone hears nothing more.
      guard error is RequestError else { return }
      didDetach.set()
      await streams.detach()
    }
  }

  static func encode(_ chunk: OutputChunk, terminal: Bool) -> [UInt8] {
    guard !terminal else { return chunk.bytes }
    let stream: StreamFrame.Stream = chunk.stream == .stderr ? .stderr : .stdout
    return StreamFrame.header(stream, count: chunk.bytes.count) + chunk.bytes
  }
}

/// Set once, from any thread.
private final class Mark: Sendable {
  private let flag = Mutex(false)
  var isSet: Bool { flag.withLock { $0 } }
  func set() { flag.withLock { $0 = true } }
}

extension ServerResponse {
  /// Hands the connection to a conversation: 101 for a client that asked for it, 200 for those of old.
  static func conversation(_ conversation: Conversation, for request: ServerRequest) -> ServerResponse {
    hijacked(request, terminal: conversation.streams.isTerminal) { await conversation.run(on: $0) }
  }

  static func hijacked(
    _ request: ServerRequest, terminal: Bool, _ run: @escaping @Sendable (HijackedConnection) async -> Void
  ) -> ServerResponse {
    let type = streamType(request, terminal: terminal)
    guard request.wantsUpgrade else {
      return ServerResponse(.ok, headers: ["Content-Type": type], body: .hijack(run))
    }
    return ServerResponse(
      .custom(code: 101, reasonPhrase: "UPGRADED"),
      headers: ["Content-Type": type, "Connection": "Upgrade", "Upgrade": "tcp"], body: .hijack(run))
  }

  /// Since 1.42 the type tells whether there are frames.
  static func streamType(_ request: ServerRequest, terminal: Bool) -> String {
    !terminal && request.version >= APIVersion(1, 42)
      ? "application/vnd.docker.multiplexed-stream" : "application/vnd.docker.raw-stream"
  }
}
