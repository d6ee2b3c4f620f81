internal import NIOCore

/// A connection that was HTTP and is now a plain stream in both directions.
struct HijackedConnection: Sendable {
  let channel: any Channel
  /// What the client sends; ends when it closes its side, throws when the connection is gone. Iterate once.
  let input: BodySequence

  /// Returns when the kernel has taken the bytes.
  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).get()
  }
}

/// Tells the connection's handler to stop speaking HTTP.
struct HijackOrder: Sendable {
  /// Status line and headers, as they go on the wire.
  var head: String
  var connection: EventLoopPromise<HijackedConnection>
}
