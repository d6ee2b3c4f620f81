/// One request to the engine.
struct EngineRequest: Sendable {
  var method: String
  /// Without the version: `/containers/json`.
  var path: String
  var query: [(name: String, value: String)] = []
  var body: [UInt8]?
  var contentType = "application/json"

  init(_ method: String, _ path: String, query: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
  }

  /// The request's target under a version of the API, names and values percent-encoded (RFC 3986).
  func target(version: String) -> String {
    let pairs = query.map { "\($0.name)=\(Self.escaped($0.value))" }
    return "/v\(version)\(path)" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
  }

  /// Text as one segment of a path or one value of a query.
  static func escaped(_ text: String, keeping extra: String = "") -> String {
    var result = ""
    for byte in text.utf8 {
      let scalar = UnicodeScalar(byte)
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(scalar)
      case _ where extra.unicodeScalars.contains(scalar):
        result.unicodeScalars.append(scalar)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}

/// An answer with its whole body.
struct EngineAnswer: Sendable {
  var status: Int
  var body: [UInt8]
}

typealias ByteChunks = any AsyncSequence<[UInt8], any Error> & Sendable

/// An answer whose body is read as it comes.
struct EngineStream: Sendable {
  var status: Int
  /// Iterate once.
  var chunks: ByteChunks
}

/// A connection that left HTTP behind and carries a program's input and output.
struct EngineDuplex: Sendable {
  /// Ends when the program's output ends. Iterate once.
  var output: ByteChunks
  var write: @Sendable ([UInt8]) async throws -> Void
  var closeInput: @Sendable () async throws -> Void
  var close: @Sendable () async -> Void
}

/// How requests reach an engine. Errors are of connections; what the engine answers is not judged here.
protocol EngineTransport: Sendable {
  func exchange(_ request: EngineRequest) async throws -> EngineAnswer
  /// - Parameter upload: the request's body, read as the connection takes it.
  func stream(_ request: EngineRequest, upload: ByteChunks?) async throws -> EngineStream
  /// - Throws: ``EngineRefusal`` when the engine does not give the connection up.
  func hijack(_ request: EngineRequest) async throws -> EngineDuplex
  func shutdown() async
}
