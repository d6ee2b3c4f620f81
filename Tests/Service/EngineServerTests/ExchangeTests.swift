import EngineModel
import NIOCore
import NIOHTTP1
import Testing

@testable import EngineServer

@Suite struct ExchangeTests {
  @Test func bodiesComeWholeHoweverTheyAreCut() async throws {
    try await TestServer.with([.echo]) { server in
      let connection = try await server.connect()
      for byte in Array("POST /v1.43/echo HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n\r\nhello".utf8) {
        try await connection.send([byte])
      }
      #expect(await connection.wait(for: "\r\n\r\nhello"))
      try await connection.send(
        "POST /echo HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
      #expect(await connection.wait(for: "\r\n\r\nabcdefg"))
      await connection.close()
    }
  }

  @Test func requestsInARowAreAnsweredInOrder() async throws {
    let slow = Route(.GET, "/slow") { _ in
      try await Task.sleep(for: .milliseconds(50))
      return .text("slow")
    }
    try await TestServer.with([.echo, slow]) { server in
      let connection = try await server.connect()
      var text = "GET /slow HTTP/1.1\r\nHost: d\r\n\r\n"
      for number in 0..<20 { text += "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\n\r\nn\(100 + number)" }
      text += "GET /slow HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"
      try await connection.send(text)
      #expect(await connection.waitForEnd())
      let bodies = connection.text.components(separatedBy: "\r\n\r\n").dropFirst().map { $0.prefix(4) }
      #expect(bodies.first == "slow")
      #expect(bodies.dropFirst().prefix(20).map(String.init) == (0..<20).map { "n\(100 + $0)" })
      #expect(bodies.last == "slow")
    }
  }

  @Test func unknownPathsVersionsAndErrorsHaveDockersWords() async throws {
    let wrong = Route(.GET, "/wrong") { _ in throw EngineError(.conflict, "it is there already") }
    let same = Route(.POST, "/same") { _ in throw EngineError(.notModified, "nothing to do") }
    try await TestServer.with([wrong, same]) { server in
      func get(_ path: String, _ method: String = "GET") async throws -> String {
        try await server.ask("\(method) \(path) HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
      }
      var answer = try await get("/nothing")
      #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      #expect(answer.hasSuffix("{\"message\":\"page not found\"}\n"))
      answer = try await get("/wrong", "POST")
      #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      answer = try await get("/v1.41/wrong")
      #expect(answer.hasPrefix("HTTP/1.1 409 Conflict\r\n"))
      #expect(answer.hasSuffix("{\"message\":\"it is there already\"}\n"))
      #expect(answer.contains("Server: test\r\n"))
      answer = try await get("/same", "POST")
      #expect(answer.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
      #expect(answer.hasSuffix("\r\n\r\n"))
      answer = try await get("/v1.23/wrong")
      #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
      #expect(answer.contains("client version 1.23 is too old. Minimum supported API version is 1.24"))
      answer = try await get("/v9.99/wrong")
      #expect(answer.contains("client version 9.99 is too new. Maximum supported API version is 1.55"))
      answer = try await get("/wrong%00x")
      #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }
  }

  @Test func headsThatAreTooLongOrNotHTTPAreRefused() async throws {
    var limits = ServerLimits()
    limits.headBytes = 8 * 1024
    try await TestServer.with(limits: limits, [.echo]) { server in
      var answer = try await server.ask(
        "GET /echo HTTP/1.1\r\nHost: d\r\nX: \(String(repeating: "a", count: 60_000))")
      #expect(answer.hasPrefix("HTTP/1.1 431 "))
      for garbage in ["\u{16}\u{3}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "{}\r\n\r\n"] {
        answer = try await server.ask(garbage)
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(garbage): \(answer)")
      }
    }
  }

  @Test func aHeadThatTrickelsAndABodyThatStopsTimeOut() async throws {
    var limits = ServerLimits()
    limits.headTimeout = .seconds(1)
    limits.bodyTimeout = .seconds(1)
    limits.idleTimeout = .seconds(2)
    try await TestServer.with(limits: limits, [.echo]) { server in
      #expect(try await server.ask("GET /ec").hasPrefix("HTTP/1.1 408 "))
      let answer = try await server.ask("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 10\r\n\r\nabc")
      #expect(answer.hasPrefix("HTTP/1.1 408 "))
      #expect(answer.contains("the request came too slowly"))
      // A connection on which nothing was ever asked is closed without a word.
      #expect(try await server.ask("") == "")
    }
  }

  @Test func bodiesThatAreTooLargeOrCutShortAreRefused() async throws {
    var limits = ServerLimits()
    limits.bodyBytes = 1000
    try await TestServer.with(limits: limits, [.echo]) { server in
      let big = String(repeating: "x", count: 1001)
      let answer = try await server.ask("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 1001\r\n\r\n\(big)")
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
      let connection = try await server.connect()
      try await connection.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 10\r\n\r\nabc")
      try await connection.closeInput()
      #expect(await connection.waitForEnd())
      #expect(connection.text.hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test func aClientThatClosedItsSideStillGetsItsAnswer() async throws {
    try await TestServer.with([.echo]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\nhi")
      try await connection.closeInput()
      #expect(await connection.waitForEnd())
      #expect(connection.text.hasSuffix("\r\n\r\nhi"))
    }
  }

  @Test func headRequestsHaveNoBody() async throws {
    let ping = Route(.HEAD, "/_ping") { _ in
      ServerResponse(.ok, headers: ["Content-Length": "2", "Api-Version": "1.55"])
    }
    let wrong = Route(.HEAD, "/wrong") { _ in throw EngineError(.notFound, "No such container: x") }
    try await TestServer.with([ping, wrong]) { server in
      // Whatever followed would be taken for the next answer.
      let refused = try await server.ask("HEAD /wrong HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
      #expect(refused.hasPrefix("HTTP/1.1 404 Not Found\r\n") && refused.hasSuffix("\r\n\r\n"), "\(refused)")
      let answer = try await server.ask("HEAD /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.contains("Api-Version: 1.55\r\n"))
      #expect(answer.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func thousandsOfIdleConnectionsHoldNobodyUp() async throws {
    var limits = ServerLimits()
    limits.connections = 2000
    try await TestServer.with(limits: limits, [.echo]) { server in
      var idle: [RawConnection] = []
      for _ in 0..<1999 { idle.append(try await server.connect()) }
      let last = try await server.connect()
      try await last.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\nhi")
      #expect(await last.wait(for: "\r\n\r\nhi"))
      let refused = try await server.connect()
      #expect(await refused.waitForEnd())
      #expect(refused.text.hasPrefix("HTTP/1.1 503 "))
      for connection in idle { await connection.close() }
      await last.close()
    }
  }

  @Test func aBodyNobodyReadsDoesNotStopTheNextRequest() async throws {
    let early = Route(.POST, "/early", body: .streamed) { _ in .text("done") }
    try await TestServer.with([.echo, early]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /early HTTP/1.1\r\nHost: d\r\nContent-Length: 300000\r\n\r\n")
      #expect(await connection.wait(for: "done"))
      try await connection.send(Array(repeating: 0x78, count: 300_000))
      try await connection.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n\r\nagain")
      #expect(await connection.wait(for: "again"))
      await connection.close()
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }
}
