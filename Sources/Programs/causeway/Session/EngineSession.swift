import JSON
import EngineAPI
import EngineClient
import EngineModel
import TransportSecurity

typealias ByteChunks = any AsyncSequence<[UInt8], any Error> & Sendable

/// The engine as commands use it: typed requests. Error responses become ``EngineErrorResponse``; connection failures
/// stay apart.
struct EngineSession: Sendable {
  typealias Query = [(name: String, value: String)]

  private let client: EngineClient

  /// - Parameters:
  ///   - version: `nil` for the newest version that the engine supports.
  ///   - security: TLS for a TCP host.
  init(host: EngineHost, version: APIVersion? = nil, security: TLSContext? = nil) {
    client = EngineClient(host: host, version: version, security: security)
  }

  var host: EngineHost { client.host }

  func version() async throws -> APIVersion { try await mappingErrors { try await client.version() } }

  // MARK: Whole answers

  func get<T: Decodable>(_ path: String, _ query: Query = [], as type: T.Type = T.self) async throws -> T {
    try JSONDecoding.decode(type, from: try await bytes(request(.get, path, query)))
  }

  /// The response as JSON, for output that must not lose members.
  func json(_ path: String, _ query: Query = []) async throws -> JSONValue {
    try JSONParser.parse(try await bytes(request(.get, path, query)))
  }

  /// Sends a request and returns the response's bytes.
  func raw(
    _ method: EngineRequest.Method, _ path: String, _ query: Query = [], body: JSONValue? = nil, headers: Query = []
  ) async throws -> [UInt8] {
    var request = request(method, path, query, body.map { .json(JSONWriter.bytes($0)) } ?? .none)
    request.headers = headers
    return try await bytes(request)
  }

  func post<T: Decodable>(_ path: String, _ query: Query = [], body: some Encodable, as type: T.Type = T.self)
    async throws -> T
  {
    try JSONDecoding.decode(type, from: try await bytes(request(.post, path, query, try Self.json(body))))
  }

  func post(_ path: String, _ query: Query = [], body: some Encodable) async throws {
    _ = try await bytes(request(.post, path, query, try Self.json(body)))
  }

  func post<T: Decodable>(_ path: String, _ query: Query = [], as type: T.Type) async throws -> T {
    try JSONDecoding.decode(type, from: try await bytes(request(.post, path, query)))
  }

  func post(_ path: String, _ query: Query = []) async throws {
    _ = try await bytes(request(.post, path, query))
  }

  @discardableResult
  func delete(_ path: String, _ query: Query = []) async throws -> [UInt8] {
    try await bytes(request(.delete, path, query))
  }

  /// Asks for the plan of a request. The engine changes nothing.
  func plan(_ method: EngineRequest.Method, _ path: String, _ query: Query = [], body: (some Encodable)?) async throws
    -> Wire.Plan
  {
    let body: EngineRequest.Body = if let body { try Self.json(body) } else { .none }
    return try JSONDecoding.decode(
      Wire.Plan.self, from: try await bytes(request(method, path, query + [("plan", "1")], body)))
  }

  // MARK: Streams

  /// - Parameters:
  ///   - upload: the request's body, sent as fast as the connection accepts it.
  func stream(
    _ method: EngineRequest.Method, _ path: String, _ query: Query = [], upload: ByteChunks? = nil,
    headers: Query = []
  ) async throws -> ByteChunks {
    try await answer(method, path, query, upload: upload, headers: headers).body
  }

  /// As ``stream(_:_:_:upload:headers:)``, with the response's headers.
  func answer(
    _ method: EngineRequest.Method, _ path: String, _ query: Query = [], upload: ByteChunks? = nil,
    headers: Query = []
  ) async throws -> EngineAnswer {
    let body: EngineRequest.Body = if let upload { .pieces(contentType: "application/x-tar", upload) } else { .none }
    var request = request(method, path, query, body)
    request.headers = headers
    return try await mappingErrors { [request] in try await client.answer(request) }
  }

  /// Opens a hijacked connection to a program's input and output.
  func hijack(_ path: String, _ query: Query = [], body: (some Encodable)? = Wire.Empty?.none) async throws
    -> HijackedStream
  {
    let body: EngineRequest.Body = if let body { try Self.json(body) } else { .none }
    return try await mappingErrors { try await client.hijack(request(.post, path, query, body)) }
  }

  // MARK: Requests

  private func request(
    _ method: EngineRequest.Method, _ path: String, _ query: Query, _ body: EngineRequest.Body = .none
  ) -> EngineRequest {
    EngineRequest(
      method, [String(path.dropFirst())], query: query.map { ($0.name, String?.some($0.value)) }, body: body)
  }

  private static func json(_ body: some Encodable) throws -> EngineRequest.Body {
    .json(try JSONEncoding.bytes(body))
  }

  /// Status 304 means that the state is already as requested.
  private func bytes(_ request: EngineRequest) async throws -> [UInt8] {
    do {
      return try await mappingErrors { try await client.bytes(request) }
    } catch let response as EngineErrorResponse where response.status == EngineError.Code.notModified.httpStatus {
      return []
    }
  }

  private func mappingErrors<T>(_ work: () async throws -> T) async throws -> T {
    do {
      return try await work()
    } catch let error as EngineError {
      throw EngineErrorResponse(status: error.code.httpStatus, message: error.message)
    }
  }
}
