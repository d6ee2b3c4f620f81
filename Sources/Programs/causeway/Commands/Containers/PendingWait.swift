import EngineAPI
import JSON

/// A request to `POST /containers/{id}/wait` whose response head has arrived. The body follows when the container
/// exits.
struct PendingWait: Sendable {
  let chunks: ByteChunks

  func result() async throws -> Wire.WaitResponse {
    var bytes: [UInt8] = []
    for try await chunk in chunks { bytes += chunk }
    guard !bytes.isEmpty else {
      throw CommandFailure("the engine closed the connection while the container was running")
    }
    return try JSONDecoding.decode(Wire.WaitResponse.self, from: bytes)
  }
}
