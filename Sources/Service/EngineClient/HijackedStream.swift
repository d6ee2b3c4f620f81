internal import NIOCore

/// A connection that is no longer HTTP: the line to a program's input and output.
public struct HijackedStream: Sendable {
  let channel: any Channel
  /// The answer's content type: whether what comes is framed, for engines of version 1.42 and later.
  public let contentType: String
  /// What the program writes; ends with it.
  public let output: ByteStream

  public func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).get()
  }

  /// No more input. Output goes on.
  public func closeInput() async {
    try? await channel.close(mode: .output).get()
  }

  public func close() async {
    try? await channel.close().get()
  }
}
