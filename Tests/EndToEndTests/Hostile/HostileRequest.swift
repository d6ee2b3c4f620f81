import Testing

/// One malformed or malicious request, and the required answer.
struct HostileRequest: Sendable, CustomTestStringConvertible {
  let what: String
  let pieces: [RawExchange.Piece]
  var ending = RawExchange.Ending.open
  /// Any of these is accepted.
  let statuses: Set<Int>
  /// A part of the answer, in any case.
  let says: String
  /// The number of answers on the connection.
  var answers = 1

  var testDescription: String { what }

  /// The bytes on the wire.
  static func raw(
    _ what: String, _ text: String, _ statuses: Set<Int>, _ says: String = "", ending: RawExchange.Ending = .open,
    answers: Int = 1
  ) -> HostileRequest {
    HostileRequest(
      what: what, pieces: [.text(text)], ending: ending, statuses: statuses, says: says, answers: answers)
  }

  /// A request without a body.
  static func ask(
    _ what: String, _ method: String, _ target: String, _ statuses: Set<Int>, _ says: String = "\"message\""
  ) -> HostileRequest {
    raw(what, "\(method) \(target) HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n", statuses, says)
  }

  /// A request with a JSON body, valid or not.
  static func post(
    _ what: String, _ path: String, _ body: [UInt8], _ statuses: Set<Int>, _ says: String = "\"message\"",
    type: String? = "application/json"
  ) -> HostileRequest {
    let head =
      "POST /v1.50\(path) HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
      + (type.map { "Content-Type: \($0)\r\n" } ?? "") + "\r\n"
    return HostileRequest(what: what, pieces: [.text(head), .bytes(body)], statuses: statuses, says: says)
  }

  static func post(
    _ what: String, _ path: String, _ body: String, _ statuses: Set<Int>, _ says: String = "\"message\""
  ) -> HostileRequest {
    post(what, path, Array(body.utf8), statuses, says)
  }

  /// A unique name, so that an object created by mistake does not disturb other tests.
  private static func unique(_ what: String) -> String {
    "bad-" + what.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
  }

  /// A container that must not be created.
  static func container(
    _ what: String, _ fields: String, _ statuses: Set<Int> = [400], _ says: String = "\"message\"", name: String? = nil
  ) -> HostileRequest {
    post(
      what, "/containers/create?name=\(name ?? unique(what))", "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]\(fields)}",
      statuses, says)
  }

  /// The same, for what is in `HostConfig`.
  static func hostConfig(
    _ what: String, _ fields: String, _ statuses: Set<Int> = [400], _ says: String = "\"message\""
  ) -> HostileRequest {
    container(what, ",\"HostConfig\":{\(fields)}", statuses, says)
  }

  static func network(
    _ what: String, _ body: String, _ statuses: Set<Int> = [400], _ says: String = "\"message\""
  ) -> HostileRequest {
    post(
      what, "/networks/create", body.replacing("\"Name\":\"bad\"", with: "\"Name\":\"\(unique(what))\""), statuses, says
    )
  }

  /// The body of an upload, sent in chunks.
  static func upload(
    _ what: String, _ path: String, _ bytes: [UInt8], _ statuses: Set<Int>, _ says: String = "\"message\"",
    truncated: Bool = false
  ) -> HostileRequest {
    var pieces: [RawExchange.Piece] = [
      .text("POST /v1.50\(path) HTTP/1.1\r\nHost: d\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
    ]
    for start in stride(from: 0, to: bytes.count, by: 60_000) {
      let part = bytes[start..<min(start + 60_000, bytes.count)]
      pieces += [.text(String(part.count, radix: 16) + "\r\n"), .bytes(Array(part)), .text("\r\n")]
    }
    if !truncated { pieces.append(.text("0\r\n\r\n")) }
    return HostileRequest(
      what: what, pieces: pieces, ending: truncated ? .halfClosed : .open, statuses: statuses, says: says)
  }
}
