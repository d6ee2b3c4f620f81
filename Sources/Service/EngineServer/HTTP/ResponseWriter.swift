import JSON
internal import EngineAPI
internal import NIOCore
internal import NIOHTTP1

/// Writes the body of a streamed answer, piece by piece. Each write returns when the kernel has taken the bytes: a
/// slow reader holds the writer back, not the engine's memory.
struct ResponseWriter: Sendable {
  let channel: any Channel

  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try await write(channel.allocator.buffer(bytes: bytes))
  }

  func write(_ buffer: ByteBuffer) async throws {
    try Task.checkCancellation()
    try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer))).get()
  }

  /// A value as one line of JSON.
  func line(_ value: some Encodable) async throws {
    try await write(JSONEncoding.bytes(value) + [0x0A])
  }
}
