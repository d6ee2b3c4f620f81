internal import Engine
internal import EngineAPI
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Connects a client with a program's streams. Output is framed unless the program has a terminal. Each direction can
/// end before the other.
struct Conversation: Sendable {
  let streams: AttachedStreams
  /// Whether the output has no frames. It need not match the program's terminal: a client chooses it at an exec's start.
  let isRaw: Bool
  /// Whether the client's bytes go to the program.
  let sendsInput: Bool
  /// The keys that end the attach; `nil`: not searched for.
  let detachKeys: DetachKeys?
  /// Awaited after the output ends and before the client sees the end.
  var ending: @Sendable () async -> Void = {}

  /// Called when the user detached with the keys.
  var onDetach: @Sendable () async -> Void = {}

  func run(on connection: HijackedConnection) async {
    let didDetach = Mark()
    let input = Task { await takeInput(from: connection, didDetach) }
    do {
      for try await chunk in streams.output {
        try await connection.write(Self.encode(chunk, terminal: isRaw))
      }
      if !didDetach.isSet { await ending() }
    } catch {
      // The client disconnected or the program's streams failed: the output has no reader.
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
          await onDetach()
          return await streams.detach()
        }
      }
      if sendsInput { await streams.closeInput() }
    } catch {
      // A program that stops reading can still write. A client that disconnected reads nothing more.
      guard error is RequestError else { return }
      didDetach.set()
      await streams.detach()
    }
  }

  static func encode(_ chunk: OutputChunk, terminal: Bool) -> [UInt8] {
    guard !terminal else { return chunk.bytes }
    let stream: StreamFrame.Stream = chunk.stream == .stderr ? .stderr : .stdout
    guard chunk.messages.count > 1 else {
      return StreamFrame.header(stream, count: chunk.bytes.count) + chunk.bytes
    }
    var result: [UInt8] = []
    var rest = chunk.bytes[...]
    for length in chunk.messages {
      result += StreamFrame.header(stream, count: length)
      result += rest.prefix(length)
      rest = rest.dropFirst(length)
    }
    return result
  }
}

/// Set once, from any thread.
private final class Mark: Sendable {
  private let flag = Mutex(false)
  var isSet: Bool { flag.withLock { $0 } }
  func set() { flag.withLock { $0 = true } }
}

extension ServerResponse {
  /// Hijacks the connection: 101 for a client that asked for an upgrade, 200 for old clients.
  static func conversation(_ conversation: Conversation, for request: ServerRequest) -> ServerResponse {
    hijacked(request, terminal: conversation.isRaw) { await conversation.run(on: $0) }
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

  /// Since 1.42 the content type says whether the output is framed.
  static func streamType(_ request: ServerRequest, terminal: Bool) -> String {
    !terminal && request.version >= APIVersion(1, 42)
      ? "application/vnd.docker.multiplexed-stream" : "application/vnd.docker.raw-stream"
  }
}
