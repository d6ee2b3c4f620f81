internal import NIOCore

/// A hijacked connection to a program's input and output.
package struct HijackedStream: Sendable {
  let channel: any Channel
  /// The answer's content type: since version 1.42 it says whether the output is framed.
  package let contentType: String
  /// The program's output; ends with the program.
  package let output: ByteStream

  package func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).get()
  }

  /// Ends the input. Output continues.
  package func closeInput() async {
    try? await channel.close(mode: .output).get()
  }

  package func close() async {
    try? await channel.close().get()
  }
}
