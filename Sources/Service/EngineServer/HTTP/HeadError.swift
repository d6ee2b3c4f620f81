internal import NIOHTTP1

/// Checks on a parsed head, with the refusals of Go's server.
enum HeadError {
  /// - Returns: the refusal; `nil` for a valid head.
  static func of(_ head: HTTPRequestHead) -> ServerResponse? {
    let hosts = head.headers["host"]
    if hosts.count > 1 { return .message("too many Host headers", status: .badRequest) }
    if hosts.isEmpty, head.version == .http1_1 {
      return .message("missing required Host header", status: .badRequest)
    }
    if let host = hosts.first, !host.utf8.allSatisfy(isOfHost) {
      return .message("malformed Host header", status: .badRequest)
    }
    if let expectation = head.headers.first(name: "expect"), expectation.lowercased() != "100-continue" {
      return .message("the expectation \"\(expectation.prefix(80))\" cannot be met", status: .expectationFailed)
    }
    // Only `chunked` is supported, once (RFC 9112, 6.1).
    let codings = head.headers["transfer-encoding"]
    if !codings.isEmpty, codings.count > 1 || codings[0].lowercased() != "chunked" {
      return .message(
        "unsupported transfer encoding: \(codings.joined(separator: ", ").prefix(80))", status: .notImplemented)
    }
    return nil
  }

  /// The characters of RFC 3986's `host` and `port`, as in Go's `validHostHeader`.
  private static func isOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!$%&'()*+,-.:;=[]_~".utf8.contains(byte)
    }
  }
}
