import EngineAPI

/// The engine as commands see it: typed requests, and answers that are errors thrown.
struct EngineSession: Sendable {
  let transport: any EngineTransport

  init(_ transport: any EngineTransport) { self.transport = transport }

  typealias Query = [(name: String, value: String)]

  // MARK: Whole answers

  /// - Throws: ``EngineRefusal`` for a status of 400 or more.
  @discardableResult
  func send(_ request: EngineRequest) async throws -> EngineAnswer {
    let answer = try await transport.exchange(request)
    guard answer.status < 400 else { throw Self.refusal(answer.status, answer.body) }
    return answer
  }

  func get<T: Decodable>(_ path: String, _ query: Query = [], as type: T.Type = T.self) async throws -> T {
    try JSONDecoding.decode(type, from: try await send(EngineRequest("GET", path, query: query)).body)
  }

  /// The answer as it came, for what is shown as it is.
  func json(_ path: String, _ query: Query = []) async throws -> JSONValue {
    try JSONParser.parse(try await send(EngineRequest("GET", path, query: query)).body)
  }

  func post<T: Decodable>(_ path: String, _ query: Query = [], body: some Encodable, as type: T.Type = T.self)
    async throws -> T
  {
    let bytes = try JSONEncoding.bytes(body)
    return try JSONDecoding.decode(type, from: try await send(EngineRequest("POST", path, query: query, body: bytes)).body)
  }

  func post(_ path: String, _ query: Query = [], body: some Encodable) async throws {
    try await send(EngineRequest("POST", path, query: query, body: try JSONEncoding.bytes(body)))
  }

  func post<T: Decodable>(_ path: String, _ query: Query = [], as type: T.Type) async throws -> T {
    try JSONDecoding.decode(type, from: try await send(EngineRequest("POST", path, query: query)).body)
  }

  func post(_ path: String, _ query: Query = []) async throws {
    try await send(EngineRequest("POST", path, query: query))
  }

  @discardableResult
  func delete(_ path: String, _ query: Query = []) async throws -> [UInt8] {
    try await send(EngineRequest("DELETE", path, query: query)).body
  }

  // MARK: Streams

  func stream(_ request: EngineRequest, upload: ByteChunks? = nil) async throws -> ByteChunks {
    let stream = try await transport.stream(request, upload: upload)
    guard stream.status < 400 else {
      var body: [UInt8] = []
      for try await chunk in stream.chunks {
        body += chunk
        guard body.count < 1 << 20 else { break }
      }
      throw Self.refusal(stream.status, body)
    }
    return stream.chunks
  }

  func hijack(_ request: EngineRequest) async throws -> EngineDuplex {
    try await transport.hijack(request)
  }

  // MARK: Plans

  /// Asks what a request would do; nothing is done.
  func plan(_ method: String, _ path: String, _ query: Query = [], body: (some Encodable)?) async throws -> Wire.Plan {
    let bytes = try body.map { try JSONEncoding.bytes($0) }
    let request = EngineRequest(method, path, query: query + [("plan", "1")], body: bytes)
    return try JSONDecoding.decode(Wire.Plan.self, from: try await send(request).body)
  }

  static func refusal(_ status: Int, _ body: [UInt8]) -> EngineRefusal {
    let said = (try? JSONParser.parse(body))?["message"]?.text
    let text = said ?? String(decoding: body, as: UTF8.self)
    return EngineRefusal(status: status, message: text.isEmpty ? "the engine answered with status \(status)" : text)
  }
}
