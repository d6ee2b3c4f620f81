import EngineModel
import NIOCore
import NIOHTTP1
import Testing

@testable import EngineServer

@Suite struct HijackTests {
  /// Gives back what it gets, in brackets, and says good-bye when the input ends.
  private static let shell = Route(.POST, "/exec/{id}/start") { request in
    let greeting = request.bytes
    let upgraded = request.wantsUpgrade
    return ServerResponse(
      upgraded ? .custom(code: 101, reasonPhrase: "UPGRADED") : .ok,
      headers: upgraded
        ? ["Content-Type": "application/vnd.docker.raw-stream", "Connection": "Upgrade", "Upgrade": "tcp"]
        : ["Content-Type": "application/vnd.docker.raw-stream"],
      body: .hijack { connection in
        try? await connection.write(greeting)
        do {
          for try await buffer in connection.input {
            try await connection.write([0x5B] + Array(buffer.readableBytesView) + [0x5D])
          }
          try await connection.write(Array("bye".utf8))
        } catch {}
      })
  }

  private let upgrade =
    "POST /v1.43/exec/abc/start HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}"

  @Test func theBodyIsNotLostAndBothSidesCanCloseOnTheirOwn() async throws {
    try await TestServer.with([Self.shell]) { server in
      let connection = try await server.connect()
      try await connection.send(upgrade)
      #expect(await connection.wait(for: "\r\n\r\n{}"))
      #expect(connection.text.hasPrefix("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"))
      try await connection.send("one")
      #expect(await connection.wait(for: "[one]"))
      // Bytes that look like HTTP are bytes.
      try await connection.send("GET / HTTP/1.1\r\n\r\n")
      #expect(await connection.wait(for: "[GET / HTTP/1.1\r\n\r\n]"))
      try await connection.closeInput()
      #expect(await connection.wait(for: "bye"))
      #expect(await connection.waitForEnd())
    }
  }

  @Test func withoutAnUpgradeTheAnswerIs200() async throws {
    try await TestServer.with([Self.shell]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /exec/abc/start HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}")
      #expect(await connection.wait(for: "\r\n\r\n{}"))
      #expect(connection.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(!connection.text.lowercased().contains("transfer-encoding"))
      try await connection.send("x")
      #expect(await connection.wait(for: "[x]"))
      await connection.close()
    }
  }

  @Test func bytesSentWithTheRequestArePassedOn() async throws {
    try await TestServer.with([Self.shell]) { server in
      let connection = try await server.connect()
      try await connection.send(upgrade + "early")
      #expect(await connection.wait(for: "[early]"))
      await connection.close()
    }
  }

  @Test func aConnectionIsTakenOverAfterOtherRequests() async throws {
    try await TestServer.with([Self.shell, .echo]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\nhi")
      #expect(await connection.wait(for: "hi"))
      try await connection.send(upgrade)
      try await connection.send("later")
      #expect(await connection.wait(for: "[later]"))
      await connection.close()
    }
  }

  @Test func aRefusedUpgradeIsAnOrdinaryError() async throws {
    let refused = Route(.POST, "/exec/{id}/start") { request in
      throw EngineError(.notFound, "No such exec instance: \(request["id"])")
    }
    try await TestServer.with([refused]) { server in
      let text = try await server.ask(upgrade)
      #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      #expect(text.contains("No such exec instance: abc"))
    }
  }

  @Test func muchGoesBothWaysAtOnce() async throws {
    try await TestServer.with([Self.shell]) { server in
      let connection = try await server.connect()
      try await connection.send(upgrade)
      #expect(await connection.wait(for: "{}"))
      let before = connection.count
      let size = 8 * 1024 * 1024
      let piece = [UInt8](repeating: 0x7A, count: 64 * 1024)
      for _ in 0..<(size / piece.count) { try await connection.send(piece) }
      try await connection.closeInput()
      #expect(await connection.waitForEnd())
      let answer = connection.text.utf8.dropFirst(before)
      #expect(answer.count { $0 == 0x7A } == size)
      #expect(connection.text.hasSuffix("bye"))
    }
  }

  @Test func aHolderLearnsThatTheClientHasGone() async throws {
    let witness = Witness()
    let route = Route(.POST, "/attach") { _ in
      ServerResponse(
        .ok,
        body: .hijack { connection in
          witness.note("began")
          do {
            for try await _ in connection.input {}
            witness.note("ended")
          } catch {
            witness.note("gone")
          }
        })
    }
    try await TestServer.with([route]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /attach HTTP/1.1\r\nHost: d\r\n\r\n")
      #expect(await witness.wait(for: "began"))
      await connection.close()
      for _ in 0..<1000 where witness.notes.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
      #expect(witness.notes.count == 2)
    }
  }
}
