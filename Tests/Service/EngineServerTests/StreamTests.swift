import EngineModel
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import EngineServer

@Suite struct StreamTests {
  @Test func aStreamsHeadGoesOutAtOnce() async throws {
    let gate = AsyncStream<Void>.makeStream()
    let gateway = GateBox(gate.stream)
    let route = Route(.POST, "/wait") { _ in
      ServerResponse(
        .ok, headers: ["Content-Type": "application/json"],
        body: .stream { writer in
          await gateway.wait()
          try await writer.line(["StatusCode": 0])
        })
    }
    try await TestServer.with([route]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /wait HTTP/1.1\r\nHost: d\r\n\r\n")
      #expect(await connection.wait(for: "\r\n\r\n"))
      #expect(connection.text.lowercased().contains("transfer-encoding: chunked"))
      #expect(!connection.text.contains("StatusCode"))
      gate.continuation.yield()
      #expect(await connection.wait(for: "{\"StatusCode\":0}\n\r\n0\r\n\r\n"))
      await connection.close()
    }
  }

  @Test(arguments: [false, true]) func aStreamEndsWhenItsReaderGoes(_ half: Bool) async throws {
    let witness = Witness()
    let route = Route(.GET, "/events") { _ in
      ServerResponse(
        .ok,
        body: .stream { _ in
          witness.note("began")
          do {
            try await Task.sleep(for: .seconds(30))
          } catch {
            witness.note("cancelled")
            throw error
          }
        })
    }
    try await TestServer.with([route]) { server in
      let connection = try await server.connect()
      try await connection.send("GET /events HTTP/1.1\r\nHost: d\r\n\r\n")
      #expect(await witness.wait(for: "began"))
      if half { try await connection.closeInput() } else { await connection.close() }
      #expect(await witness.wait(for: "cancelled"))
      await connection.close()
    }
  }

  @Test func aStreamThatFailsIsCutShort() async throws {
    let route = Route(.GET, "/bad") { _ in
      ServerResponse(
        .ok,
        body: .stream { writer in
          try await writer.write(Array("part".utf8))
          throw EngineError(.system, "broke")
        })
    }
    try await TestServer.with([route]) { server in
      let text = try await server.ask("GET /bad HTTP/1.1\r\nHost: d\r\n\r\n")
      #expect(text.contains("part"))
      #expect(!text.contains("\r\n0\r\n\r\n"))
    }
  }

  @Test func aSlowReaderHoldsTheWriterBack() async throws {
    let counter = Counter(written: 0)
    let route = Route(.GET, "/flood") { _ in
      ServerResponse(
        .ok,
        body: .stream { writer in
          let piece = [UInt8](repeating: 0x61, count: 64 * 1024)
          for _ in 0..<400 {
            try await writer.write(piece)
            counter.add(piece.count)
          }
        })
    }
    try await TestServer.with([route]) { server in
      let connection = try await server.connect()
      try await connection.pauseReading()
      try await connection.send("GET /flood HTTP/1.1\r\nHost: d\r\n\r\n")
      try await Task.sleep(for: .milliseconds(300))
      // What fits into the sockets' buffers, and no more.
      #expect(counter.value < 8 * 1024 * 1024)
      try await connection.resumeReading()
      await connection.wait { $0.count > 400 * 64 * 1024 }
      #expect(counter.value == 400 * 64 * 1024)
      await connection.close()
    }
  }

  @Test func aSlowHandlerHoldsTheSenderBack() async throws {
    let gate = AsyncStream<Void>.makeStream()
    let gateway = GateBox(gate.stream)
    let counter = Counter(written: 0)
    let route = Route(.POST, "/load", body: .streamed) { request in
      await gateway.wait()
      try await request.forEachPiece { counter.add($0.count) }
      return .text("got \(counter.value)")
    }
    try await TestServer.with([route]) { server in
      let connection = try await server.connect()
      let size = 64 * 1024 * 1024
      let sent = Counter(written: 0)
      try await connection.send("POST /load HTTP/1.1\r\nHost: d\r\nContent-Length: \(size)\r\n\r\n")
      let sending = Task {
        let piece = [UInt8](repeating: 0x62, count: 256 * 1024)
        while sent.value < size {
          try await connection.send(piece)
          sent.add(piece.count)
        }
      }
      try await Task.sleep(for: .milliseconds(300))
      #expect(sent.value < 16 * 1024 * 1024)
      gate.continuation.yield()
      try await sending.value
      #expect(await connection.wait(for: "got \(size)"))
      await connection.close()
    }
  }

  @Test func anUploadThatBreaksOffIsAnErrorForItsReader() async throws {
    let witness = Witness()
    let route = Route(.POST, "/load", body: .streamed) { request in
      do {
        try await request.forEachPiece { _ in witness.note("piece") }
        witness.note("whole")
      } catch {
        witness.note("broken")
        throw error
      }
      return .text("fine")
    }
    try await TestServer.with([route]) { server in
      let connection = try await server.connect()
      try await connection.send("POST /load HTTP/1.1\r\nHost: d\r\nContent-Length: 1000\r\n\r\nabc")
      #expect(await witness.wait(for: "piece"))
      await connection.close()
      #expect(await witness.wait(for: "broken"))
      #expect(!witness.notes.contains("whole"))
    }
  }
}

/// Lets an async stream of signals be waited on from a sendable closure.
final class GateBox: Sendable {
  private let stream: AsyncStream<Void>
  init(_ stream: AsyncStream<Void>) { self.stream = stream }
  func wait() async { for await _ in stream { return } }
}

final class Counter: Sendable {
  private let number: Mutex<Int>
  init(written: Int) { number = Mutex(written) }
  func add(_ amount: Int) { number.withLock { $0 += amount } }
  var value: Int { number.withLock { $0 } }
}
