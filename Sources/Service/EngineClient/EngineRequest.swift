import JSON
internal import EngineAPI

/// A request to the engine.
package struct EngineRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case head = "HEAD"
  }

  package enum Body: Sendable {
    case none
    case json([UInt8])
    /// Parts as they arrive, sent with chunked encoding.
    case pieces(contentType: String, any AsyncSequence<[UInt8], any Error> & Sendable)
  }

  package var method: Method
  /// The path's segments after the version. They are percent-encoded here; slashes in a segment stay (image names).
  package var path: [String]
  /// Items with `nil` are left out.
  package var query: [(name: String, value: String?)]
  package var body: Body
  /// Further headers.
  package var headers: [(name: String, value: String)] = []

  package init(
    _ method: Method, _ path: [String], query: [(name: String, value: String?)] = [], body: Body = .none
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
  }

  /// With a body of JSON.
  package init(
    _ method: Method, _ path: [String], query: [(name: String, value: String?)] = [], json: some Encodable
  ) throws {
    self.init(method, path, query: query, body: .json(try JSONEncoding.bytes(json)))
  }

  /// The request's target for a version of the API; `nil`: without a version.
  func target(_ version: APIVersion?) -> String {
    var text = version.map { "/v\($0)" } ?? ""
    for word in path { text += "/" + Self.escape(word, keeping: "/:@") }
    var separator = "?"
    for (name, value) in query {
      guard let value else { continue }
      text += separator + Self.escape(name, keeping: "") + "=" + Self.escape(value, keeping: "")
      separator = "&"
    }
    return text
  }

  private static func escape(_ text: String, keeping kept: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      case _ where kept.utf8.contains(byte): bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
