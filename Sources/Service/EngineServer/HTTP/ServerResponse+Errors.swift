import JSON
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

extension ServerResponse {
  /// Turns every error into an answer: the status from ``EngineError/Code/httpStatus``, the message as `{"message":
  /// …}`.
  static func failure(_ error: any Error) -> ServerResponse {
    let known = engineError(error)
    let status = HTTPResponseStatus(statusCode: known.code.httpStatus)
    guard status != .notModified else { return ServerResponse(.notModified) }
    return message(known.description, status: status)
  }

  static func message(_ text: String, status: HTTPResponseStatus) -> ServerResponse {
    // Encoding one string cannot fail; if it did, the status alone would be sent.
    (try? json(Wire.ErrorBody(message: text), status: status)) ?? ServerResponse(status)
  }

  static func engineError(_ error: any Error) -> EngineError {
    switch error {
    case let error as EngineError: error
    case is CancellationError: EngineError(.cancelled, "the request was cancelled")
    case let error as JSONError: EngineError(.invalidParameter, "invalid JSON: \(error)")
    case let error as RequestError: EngineError(.invalidParameter, error.description)
    default: EngineError(.system, ErrorText.of(error))
    }
  }
}

/// Why a request could not be read completely.
enum RequestError: Error, Sendable, CustomStringConvertible {
  case truncated
  case tooSlow
  case tooLarge(limit: Int)
  case disconnected

  var description: String {
    switch self {
    case .truncated: "unexpected EOF in the request's body"
    case .tooSlow: "the request came too slowly"
    case .tooLarge(let limit): "the request's body is larger than \(limit) bytes"
    case .disconnected: "the client has gone"
    }
  }

  var status: HTTPResponseStatus {
    switch self {
    case .truncated, .disconnected: .badRequest
    case .tooSlow: .requestTimeout
    case .tooLarge: .payloadTooLarge
    }
  }
}
