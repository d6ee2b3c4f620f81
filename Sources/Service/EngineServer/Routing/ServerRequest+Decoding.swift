import JSON
internal import EngineAPI
internal import EngineModel
internal import NIOCore
internal import NIOHTTP1

extension ServerRequest {
  /// The body as it was collected.
  var bytes: [UInt8] {
    guard case .collected(let buffer) = body else { return [] }
    return Array(buffer.readableBytesView)
  }

  /// The body as JSON.
  ///
  /// - Parameter strictly: a member that is not known and not zero is an error: it was asked for, and it would be
  ///   ignored.
  /// - Throws: `invalidParameter` in dockerd's words.
  func decode<T: Decodable>(_ type: T.Type, strictly: Bool = true) throws -> T {
    let bytes = bytes
    guard !bytes.isEmpty else {
      throw EngineError(.invalidParameter, "invalid JSON: got EOF while reading request body")
    }
    try checkContentType()
    guard strictly else { return try JSONDecoding.decode(type, from: bytes) }
    let (value, unknown) = try JSONDecoding.decodeStrictly(type, from: bytes)
    if let name = unknown.first {
      throw EngineError(.invalidParameter, "the field \(name) is not known and was not ignored, since it is set")
    }
    return value
  }

  /// As ``decode(_:strictly:)``; `nil` when there is no body.
  func decodeIfPresent<T: Decodable>(_ type: T.Type, strictly: Bool = true) throws -> T? {
    bytes.isEmpty ? nil : try decode(type, strictly: strictly)
  }

  /// dockerd takes JSON under its own name only: a page in a browser cannot send that to another host unasked.
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
  /// - Throws: `invalidParameter` when it is there and is none.
  func integer(_ name: String) throws(EngineError) -> Int? {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard let number = Int(text) else {
      throw EngineError(.invalidParameter, "invalid value for \(name): \(text) is not a number")
    }
    return number
  }
}
