internal import NIOCore

/// A hijacked connection: a byte stream in both directions.
struct HijackedConnection: Sendable {
  let channel: any Channel
  /// The client's bytes. Ends when the client closes its side; throws when the connection is lost. Iterate once.
  let input: BodySequence

  /// Returns when the kernel has taken the bytes.
  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).get()
  }
}

/// Outbound event: the connection leaves HTTP.
struct HijackRequest: Sendable {
  /// Status line and headers, as they go on the wire.
  var head: String
  var connection: EventLoopPromise<HijackedConnection>
}
