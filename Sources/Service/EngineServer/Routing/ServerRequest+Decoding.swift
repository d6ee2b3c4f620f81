import JSON
internal import EngineAPI
internal import EngineModel
internal import NIOCore
internal import NIOHTTP1

extension ServerRequest {
  /// The collected body.
  var bytes: [UInt8] {
    guard case .collected(let buffer) = body else { return [] }
    return Array(buffer.readableBytesView)
  }

  /// The body as JSON. What it ignores is logged.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let (value, warnings) = try decodeWithWarnings(type)
    for warning in warnings { note(warning) }
    return value
  }

  /// The body as JSON, for an answer that has warnings. As in dockerd, members that are unknown are ignored, because
  /// clients of other versions send some; a warning names those with a value other than zero. The types decode all
  /// members that dockerd knows, and those that are not implemented are refused later.
  func decodeWithWarnings<T: Decodable>(_ type: T.Type) throws -> (value: T, warnings: [String]) {
    let bytes = bytes
    guard !bytes.isEmpty else {
      throw EngineError(.invalidParameter, "invalid JSON: got EOF while reading request body")
    }
    try checkContentType()
    let (value, unknown) = try JSONDecoding.decodeStrictly(type, from: bytes)
    return (value, unknown.map { "The field \($0) is unknown and was ignored." })
  }

  /// Like ``decode(_:)``; `nil` without a body.
  func decodeIfPresent<T: Decodable>(_ type: T.Type) throws -> T? { bytes.isEmpty ? nil : try decode(type) }

  /// As in dockerd, only the content type of JSON is accepted: a web page cannot send that to another host without
  /// permission.
  private func checkContentType() throws(EngineError) {
    let text = headers.first(name: "content-type") ?? ""
    let kind = text.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    guard kind != "application/json" else { return }
    guard !kind.isEmpty else {
      throw EngineError(.invalidParameter, "malformed Content-Type header (): mime: no media type")
    }
    throw EngineError(
      .invalidParameter, "unsupported Content-Type header (\(text)): must be 'application/json'")
  }

  /// The body piece by piece, whether it was collected or comes as it is read.
  func forEachPiece(_ use: ([UInt8]) async throws -> Void) async throws {
    switch body {
    case .collected(let buffer): try await use(Array(buffer.readableBytesView))
    case .streamed(let sequence):
      for try await buffer in sequence { try await use(Array(buffer.readableBytesView)) }
    }
  }

  /// A number of the query.
  ///
  /// - Throws: `invalidParameter` when it is not a number.
  func integer(_ name: String) throws(EngineError) -> Int? {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard let number = Int(text) else {
      throw EngineError(.invalidParameter, "invalid value for \(name): \(text) is not a number")
    }
    return number
  }
}
