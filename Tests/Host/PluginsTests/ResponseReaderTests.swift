import Testing

@testable import HTTPExchange

/// What a plugin sends is read strictly, whatever pieces it comes in.
@Suite struct ResponseReaderTests {
  /// Reads a text, whole and a byte at a time, and gives the status and the body.
  private func read(_ text: String, closes: Bool = false) throws -> (Int, String) {
    var whole = HTTPResponseReader()
    try whole.append(Array(text.utf8))
    if closes { try whole.end() }
    var pieces = HTTPResponseReader()
    for byte in text.utf8 { try pieces.append([byte]) }
    if closes { try pieces.end() }
    #expect(whole.isComplete)
    #expect(pieces.isComplete)
    #expect(whole.body == pieces.body)
    #expect(whole.status == pieces.status)
    return (whole.status, String(decoding: whole.body, as: UTF8.self))
  }

  @Test func aCountedBody() throws {
    #expect(try read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\n{}") == (200, "{}"))
    #expect(try read("HTTP/1.0 500 No\nContent-Length:0\n\n") == (500, ""))
    #expect(try read("HTTP/1.1 204 \r\n\r\n") == (204, ""))
  }

  @Test func aBodyInChunks() throws {
    let text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\n{\"a\r\n9;x=y\r\n\":\"bcdefg\r\n2\r\n\"}\r\n0\r\n\r\n"
    #expect(try read(text) == (200, "{\"a\":\"bcdefg\"}"))
  }

  @Test func aBodyUntilTheEnd() throws {
    #expect(try read("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}", closes: true) == (200, "{\"a\":1}"))
  }

  @Test func anInterimResponseIsPassedOver() throws {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    #expect(try read(text) == (200, "x"))
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy", "HTTP/1.1 200 OK\r\n X: folded\r\n\r\n",
  ])
  func whatIsNoResponse(_ text: String) {
    #expect(throws: HTTPResponseReader.Malformed.self) {
      var reader = HTTPResponseReader()
      try reader.append(Array(text.utf8))
      // A body that is announced too large is refused when it comes.
      try reader.append(Array(repeating: UInt8(ascii: "x"), count: HTTPResponseReader.maximumBody + 1))
    }
  }

  @Test func anEndInTheMiddle() throws {
    for text in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"] {
      var reader = HTTPResponseReader()
      try reader.append(Array(text.utf8))
      #expect(throws: HTTPResponseReader.Malformed.self) { try reader.end() }
    }
  }

  @Test func aHeadWithoutEnd() {
    #expect(throws: HTTPResponseReader.Malformed.self) {
      var reader = HTTPResponseReader()
      for _ in 0..<64 { try reader.append(Array("X-Header: \(String(repeating: "x", count: 1000))\r\n".utf8)) }
    }
  }
}
