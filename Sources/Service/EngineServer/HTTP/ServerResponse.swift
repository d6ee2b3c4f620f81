import JSON
internal import EngineAPI
internal import NIOCore
internal import NIOHTTP1

/// An answer: status, headers, and a body that is complete, streamed, or a hijacked connection.
struct ServerResponse: Sendable {
  enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// The head is sent at once. An error afterwards closes the connection, so that the client sees the truncation.
    /// Cancelled when the client disconnects.
    case stream(@Sendable (ResponseWriter) async throws -> Void)
    /// The connection stops being HTTP.
    case hijack(@Sendable (HijackedConnection) async -> Void)
  }

  var status: HTTPResponseStatus
  var headers: HTTPHeaders
  var body: Body

  init(_ status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: Body = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A value as JSON.
  static func json(_ value: some Encodable, status: HTTPResponseStatus = .ok) throws -> ServerResponse {
    ServerResponse(
      status, headers: ["Content-Type": "application/json"], body: .bytes(try JSONEncoding.bytes(value) + [0x0A]))
  }

  static func json(_ value: JSONValue, status: HTTPResponseStatus = .ok) -> ServerResponse {
    ServerResponse(
      status, headers: ["Content-Type": "application/json"], body: .bytes(JSONWriter.bytes(value) + [0x0A]))
  }

  static func text(_ text: String, status: HTTPResponseStatus = .ok) -> ServerResponse {
    ServerResponse(
      status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(Array(text.utf8)))
  }

  static let noContent = ServerResponse(.noContent)
}
