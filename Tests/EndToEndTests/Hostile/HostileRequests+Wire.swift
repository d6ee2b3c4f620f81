/// Malformed HTTP: heads, lengths, chunks, targets, methods, versions.
enum HostileWire {
  static var all: [HostileRequest] { heads + lengths + chunks + targets + methods + versions + smuggling }

  private static let h = "Host: d\r\nConnection: close\r\n"

  static let heads: [HostileRequest] = [
    .raw("no target", "GET\r\n\r\n", [400]),
    .raw("no version", "GET /_ping\r\n\r\n", [400]),
    .raw("version of another world", "GET /_ping HTTP/9.9\r\n\(h)\r\n", [400]),
    .raw("version without number", "GET /_ping HTTP/x.y\r\n\(h)\r\n", [400]),
    .raw("method in small letters", "get /_ping HTTP/1.1\r\n\(h)\r\n", [400]),
    .raw("method nobody has", "FLY /_ping HTTP/1.1\r\n\(h)\r\n", [400]),
    .raw("endless method", String(repeating: "G", count: 300_000), [400, 431]),
    .raw("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]),
    .raw("greeting of TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}\r\n\r\n", [400]),
    .raw("JSON only", "{\"Image\":\"busybox\"}\r\n\r\n", [400]),
    .raw("answer instead of a question", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", [400]),
    .raw("no host", "GET /_ping HTTP/1.1\r\nConnection: close\r\n\r\n", [400], "missing required Host header"),
    .raw("two hosts", "GET /_ping HTTP/1.1\r\nHost: a\r\n\(h)\r\n", [400], "too many Host headers"),
    .raw(
      "host with a path", "GET /_ping HTTP/1.1\r\nHost: a/b c\r\nConnection: close\r\n\r\n", [400],
      "malformed Host header"),
    .raw("space before the colon", "GET /_ping HTTP/1.1\r\n\(h)X-A : 1\r\n\r\n", [400]),
    .raw("header without a name", "GET /_ping HTTP/1.1\r\n\(h): 1\r\n\r\n", [400]),
    .raw("header without a colon", "GET /_ping HTTP/1.1\r\n\(h)nonsense\r\n\r\n", [400]),
    .raw("header name with brackets", "GET /_ping HTTP/1.1\r\n\(h)X(A): 1\r\n\r\n", [400]),
    .raw("header with NUL", "GET /_ping HTTP/1.1\r\n\(h)X-A: a\u{0}b\r\n\r\n", [400]),
    .raw("header with a bare carriage return", "GET /_ping HTTP/1.1\r\n\(h)X-A: a\rX-B: b\r\n\r\n", [400]),
    .raw("giant header", "GET /_ping HTTP/1.1\r\n\(h)X-A: \(String(repeating: "a", count: 300_000))\r\n\r\n", [431]),
    .raw(
      "thousands of headers",
      "GET /_ping HTTP/1.1\r\n\(h)\((0..<20_000).map { "X-\($0): \($0)\r\n" }.joined())\r\n", [431]),
    .raw("giant target", "GET /\(String(repeating: "a", count: 300_000)) HTTP/1.1\r\n\(h)\r\n", [431]),
    .raw("giant query", "GET /info?\(String(repeating: "a=b&", count: 90_000)) HTTP/1.1\r\n\(h)\r\n", [431]),
    .raw(
      "expectation nobody knows",
      "POST /v1.50/networks/create HTTP/1.1\r\n\(h)Expect: miracles\r\nContent-Length: 0\r\n\r\n", [417]),
    .raw("head that ends early", "GET /_ping HTTP/1.1\r\nHost: d\r\n", [0, 400], ending: .halfClosed, answers: -1),
    .raw("nothing at all", "", [0], ending: .halfClosed, answers: 0),
  ]

  private static func create(
    _ what: String, _ headers: String, _ body: String, _ statuses: Set<Int>, _ says: String = ""
  )
    -> HostileRequest
  {
    .raw(
      what, "POST /v1.50/networks/create HTTP/1.1\r\n\(h)Content-Type: application/json\r\n\(headers)\r\n\(body)",
      statuses, says, ending: .halfClosed)
  }

  static let lengths: [HostileRequest] = [
    create("length below zero", "Content-Length: -5\r\n", "{\"Name\":\"bad\"}", [400]),
    create("length that is a word", "Content-Length: many\r\n", "{\"Name\":\"bad\"}", [400]),
    create("length with a sign", "Content-Length: +14\r\n", "{\"Name\":\"bad\"}", [400]),
    create("length in hexadecimal", "Content-Length: 0xE\r\n", "{\"Name\":\"bad\"}", [400]),
    create("length with a point", "Content-Length: 14.0\r\n", "{\"Name\":\"bad\"}", [400]),
    create("length of nothing", "Content-Length: \r\n", "{\"Name\":\"bad\"}", [400]),
    create("length beyond all numbers", "Content-Length: 99999999999999999999999\r\n", "{}", [400]),
    create("two lengths", "Content-Length: 14\r\nContent-Length: 3\r\n", "{\"Name\":\"bad\"}", [400]),
    create("list of lengths", "Content-Length: 14, 3\r\n", "{\"Name\":\"bad\"}", [400]),
    create("length and chunks", "Content-Length: 14\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", [400]),
    create("coding nobody knows", "Transfer-Encoding: gzip\r\n", "{}", [400, 501]),
    create("identity as a coding", "Transfer-Encoding: identity\r\n", "{}", [400, 501]),
    create("chunks before another coding", "Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n", [400, 501]),
    create("coding that looks like chunks", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n", [400, 501]),
    create("body that stops", "Content-Length: 1000\r\n", "{\"Name\":\"bad\"", [400], "unexpected EOF"),
    create(
      "body larger than allowed", "Content-Length: 9000000\r\n", String(repeating: " ", count: 9_000_000), [413],
      "larger than"),
    create("length larger than allowed", "Content-Length: 9000000000\r\n", "{", [413], "larger than"),
    create("content coding", "Content-Encoding: gzip\r\nContent-Length: 4\r\n", "\u{1f}\u{8b}\u{8}", [400, 415]),
  ]

  private static func chunked(_ what: String, _ body: String, _ statuses: Set<Int> = [400], _ says: String = "")
    -> HostileRequest
  {
    create(what, "Transfer-Encoding: chunked\r\n", body, statuses, says)
  }

  static let chunks: [HostileRequest] = [
    chunked("chunk size that is a word", "xyz\r\n{}\r\n0\r\n\r\n"),
    chunked("chunk size below zero", "-2\r\n{}\r\n0\r\n\r\n"),
    chunked("chunk size with 0x", "0x2\r\n{}\r\n0\r\n\r\n"),
    chunked("chunk size beyond all numbers", "FFFFFFFFFFFFFFFFFF\r\n{}"),
    chunked("chunk size of nothing", "\r\n{}\r\n0\r\n\r\n"),
    chunked("chunk size with a space before", " 2\r\n{}\r\n0\r\n\r\n"),
    chunked("chunk longer than it says", "2\r\n{\"Name\":\"bad\"}\r\n0\r\n\r\n"),
    chunked("chunk that stops", "100\r\n{\"Name\":\"bad\"", [400], "unexpected EOF"),
    chunked("no last chunk", "E\r\n{\"Name\":\"bad\"}\r\n", [400], "unexpected EOF"),
    chunked("last chunk without an end", "E\r\n{\"Name\":\"bad\"}\r\n0\r\n", [400], "unexpected EOF"),
    chunked("endless chunk extension", "2;\(String(repeating: "x", count: 400_000))\r\n{}\r\n0\r\n\r\n", [400, 431]),
    chunked("endless trailers", "2\r\n{}\r\n0\r\n\((0..<40_000).map { "X-\($0): y\r\n" }.joined())\r\n", [400, 431]),
    chunked("trailer without a colon", "2\r\n{}\r\n0\r\nnonsense\r\n\r\n"),
    chunked(
      "thousands of chunks of one byte", String(repeating: "1\r\n \r\n", count: 50_000) + "0\r\n\r\n", [400], "json"),
  ]

  static let targets: [HostileRequest] = [
    .ask("escape that is none", "GET", "/v1.50/containers/%zz/json", [400], "invalid URL escape"),
    .ask("escape of one digit", "GET", "/v1.50/containers/%4", [400], "invalid URL escape"),
    .ask("NUL in the path", "GET", "/v1.50/containers/a%00b/json", [400], "invalid URL escape"),
    .ask("NUL in the query", "GET", "/v1.50/containers/json?filters=%00", [400], "invalid URL escape"),
    .ask("path that is not UTF-8", "GET", "/v1.50/containers/%ff%fe/json", [400], "invalid URL escape"),
    .ask("overlong UTF-8", "GET", "/v1.50/containers/%c0%ae%c0%ae/json", [400], "invalid URL escape"),
    .ask("surrogate in the path", "GET", "/v1.50/containers/%ed%a0%80/json", [400], "invalid URL escape"),
    .ask("dots", "GET", "/v1.50/containers/../../etc/passwd", [404], "page not found"),
    .ask("escaped dots", "GET", "/v1.50/containers/%2e%2e/json", [404]),
    .ask("escaped slashes", "GET", "/v1.50/containers/..%2f..%2fetc%2fpasswd/json", [404]),
    .ask("dots as a volume", "GET", "/v1.50/volumes/%2e%2e", [400, 404]),
    .ask("dots as a volume to delete", "DELETE", "/v1.50/volumes/..%2f..%2fdata", [400, 404]),
    .ask("dots as an image", "GET", "/v1.50/images/../../etc/passwd/json", [400, 404]),
    .ask("many slashes", "GET", "//v1.50///containers//json", [404], "page not found"),
    .ask("slash at the end", "GET", "/v1.50/containers/json/", [404], "page not found"),
    .ask("name of nothing", "GET", "/v1.50/containers//json", [404], "page not found"),
    .ask("name of 50,000 bytes", "GET", "/v1.50/containers/\(String(repeating: "a", count: 50_000))/json", [404]),
    .ask("name in another script", "GET", "/v1.50/containers/%E5%AE%B9%E5%99%A8/json", [404]),
    .ask("name with a line break", "GET", "/v1.50/containers/a%0d%0aX-Evil:%20yes/json", [404]),
    .ask("markup as a name", "GET", "/v1.50/networks/%3Cscript%3Ealert(1)%3C/script%3E", [404]),
    .ask("commands as a name", "POST", "/v1.50/containers/$(reboot)%60id%60;ls/start", [404]),
    .ask("SQL as a name", "GET", "/v1.50/containers/x'%20OR%20'1'='1/json", [404]),
    .ask("SQL that deletes", "DELETE", "/v1.50/networks/x';DROP%20TABLE%20networks;--", [404]),
    .ask("target with an authority only", "CONNECT", "example.test:80", [400, 404, 405]),
    .ask("asterisk", "GET", "*", [400, 404]),
    .ask("absolute target of nothing", "GET", "http://", [400, 404]),
    .raw(
      "raw bytes beyond ASCII in the path", "GET /v1.50/containers/\u{e9}\u{e8}/json HTTP/1.1\r\n\(h)\r\n", [400, 404]),
    .ask("id that is a prefix of all", "DELETE", "/v1.50/containers/%20", [404]),
  ]

  static let methods: [HostileRequest] =
    [
      ("PUT", "/info"), ("DELETE", "/version"), ("PATCH", "/containers/json"), ("POST", "/info"), ("POST", "/_ping"),
      ("PUT", "/networks/create"), ("GET", "/containers/create"), ("DELETE", "/containers"),
      ("POST", "/containers/keeper"), ("GET", "/exec/x/start"), ("TRACE", "/_ping"), ("OPTIONS", "/containers/json"),
      ("PROPFIND", "/volumes"), ("DELETE", "/images"), ("GET", "/containers/keeper/kill"),
    ].map { .ask("\($0) \($1)", $0, "/v1.50\($1)", [404, 405], "page not found") }

  static let versions: [HostileRequest] =
    [
      "1.23", "1.0", "0.0", "1.56", "1.99", "2.0", "9999.1", "1.", ".5", "1.50.1", "99999.1", "1.99999", "1..5",
      "00001.24",
    ].map { .ask("version \($0)", "GET", "/v\($0)/info", [400]) }
    + ["x", "-1.5", "1.5a", "1,50", " 1.50", "1_50"].map {
      .ask("version \($0)", "GET", "/v\($0)/info".replacing(" ", with: "%20"), [404], "page not found")
    }

  /// Request smuggling: the second request must not remove the container.
  static let smuggling: [HostileRequest] = {
    let hidden = "DELETE /v1.50/containers/keeper?force=1 HTTP/1.1\r\nHost: d\r\n\r\n"
    func smuggled(_ what: String, _ headers: String, _ before: String = "") -> HostileRequest {
      .raw(what, "POST /v1.50/networks/create HTTP/1.1\r\nHost: d\r\n\(headers)\r\n\(before)\(hidden)", [400])
    }
    return [
      smuggled("hidden behind a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      smuggled("hidden behind chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"),
      smuggled("hidden behind two lengths", "Content-Length: 0\r\nContent-Length: \(hidden.utf8.count)\r\n"),
      smuggled("hidden behind chunks with a tab", "Transfer-Encoding:\tchunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"),
      smuggled(
        "hidden behind two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
      smuggled("hidden behind a space", "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"),
      smuggled(
        "hidden behind a folded header", "X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "abc"),
      smuggled("hidden behind a bare line feed", "X-A: b\nTransfer-Encoding: chunked\nContent-Length: 3\r\n", "abc"),
      smuggled("hidden behind what is no request", "Content-Length: zero\r\n"),
      .raw(
        "hidden in the body of a request that is refused early",
        "POST /v1.50/nonesuch HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)",
        [404]),
      .raw(
        "hidden behind an upgrade that is refused",
        "POST /v1.50/containers/ghost/attach HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\(hidden)",
        [404]),
    ]
  }()
}
