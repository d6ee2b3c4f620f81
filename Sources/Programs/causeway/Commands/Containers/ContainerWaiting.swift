import JSON
import EngineAPI

/// A wait that the engine has begun: its answer's head is here, and its body comes when the container ends.
struct ContainerWaiting: Sendable {
  let chunks: ByteChunks

  func result() async throws -> Wire.WaitResponse {
    var bytes: [UInt8] = []
    for try await chunk in chunks { bytes += chunk }
    guard !bytes.isEmpty else { throw CommandFailure("the engine went away while the container ran") }
    return try JSONDecoding.decode(Wire.WaitResponse.self, from: bytes)
  }
}

/// The query of `POST /containers/{id}/attach`.
enum Attachment {
  static func query(stdin: Bool, stdout: Bool, stderr: Bool, logs: Bool = false, detachKeys: String?)
    -> EngineSession.Query
  {
    var query: EngineSession.Query = [("stream", "1")]
    if stdin { query.append(("stdin", "1")) }
    if stdout { query.append(("stdout", "1")) }
    if stderr { query.append(("stderr", "1")) }
    if logs { query.append(("logs", "1")) }
    if let detachKeys, !detachKeys.isEmpty { query.append(("detachKeys", detachKeys)) }
    return query
  }
}
