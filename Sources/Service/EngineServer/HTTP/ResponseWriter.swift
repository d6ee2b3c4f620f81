import JSON
internal import EngineAPI
internal import NIOCore
internal import NIOHTTP1

/// Writes the body of a streamed answer in parts. Each write returns when the kernel has accepted the bytes, so that a
/// slow reader delays the writer and does not fill memory.
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
