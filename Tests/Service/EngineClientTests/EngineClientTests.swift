import EngineAPI
import EngineModel
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import EngineClient
@testable import EngineServer

/// The client against the engine's own HTTP server with scripted routes.
@Suite struct EngineClientTests {
  private func with(_ routes: [Route], _ use: (EngineClient) async throws -> Void) async throws {
    let path = "/tmp/causeway-client-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    let router = Router(routes)
    let server = HTTPServer(threads: 1, logger: Logger(label: "test")) { router.accept($0) }
    try await server.listen(on: try UnixListener.open(path: path, group: nil))
    let client = EngineClient(host: .unix(path: path))
    do {
      try await use(client)
    } catch {
      Issue.record(error)
    }
    await client.shutdown()
    await server.shutdown()
    unlink(path)
  }

  @Test func valuesGoThereAndBack() async throws {
    let route = Route(.POST, "/networks/create") { request in
      let body = try request.decode(Wire.NetworkCreateBody.self)
      return try .json(Wire.NetworkCreateResponse(Id: body.Name + (request.query["extra"] ?? "")), status: .created)
    }
    try await with([route]) { client in
      var body = Wire.NetworkCreateBody()
      body.Name = "front"
      for _ in 0..<50 {
        let answer = try await client.call(
          EngineRequest(.post, ["networks", "create"], query: [("extra", "a b&c"), ("x", nil)], json: body),
          as: Wire.NetworkCreateResponse.self)
        #expect(answer.Id == "fronta b&c")
      }
    }
  }

  @Test func errorsKeepCodeAndMessage() async throws {
    let route = Route(.DELETE, "/networks/{id}") { request in
      throw EngineError(.forbidden, "error while removing network: network \(request["id"]) has active endpoints")
    }
    try await with([route]) { client in
      do {
        try await client.bytes(EngineRequest(.delete, ["networks", "a/b"]))
        Issue.record("no error")
      } catch let error as EngineError {
        #expect(error.message == "page not found")
      }
      do {
        try await client.bytes(EngineRequest(.delete, ["networks", "a b"]))
        Issue.record("no error")
      } catch let error as EngineError {
        #expect(error.code == .forbidden)
        #expect(error.message == "error while removing network: network a b has active endpoints")
      }
    }
  }

  @Test func anEngineThatIsNotThereIsSaidSo() async throws {
    let client = EngineClient(host: .unix(path: "/tmp/causeway-nothing-\(getpid()).sock"))
    let error = await #expect(throws: EngineConnectError.self) {
      try await client.bytes(EngineRequest(.get, ["networks"]))
    }
    #expect(error?.reason == .absent)
    let said = error?.description ?? ""
    #expect(said.hasPrefix("Cannot connect to the Docker daemon at unix:///tmp/causeway-nothing"))
    await client.shutdown()
  }

  @Test func aSocketThatNobodyServesIsToldFromNone() async throws {
    let path = "/tmp/causeway-dead-\(getpid()).sock"
    close(try UnixListener.open(path: path, group: nil))
    defer { unlink(path) }
    let client = EngineClient(host: .unix(path: path))
    let error = await #expect(throws: EngineConnectError.self) {
      try await client.bytes(EngineRequest(.get, ["networks"]))
    }
    #expect(error?.reason == .refused)
    await client.shutdown()
  }

  /// An older engine is spoken to in its own version, and asked for it once.
  @Test func theVersionIsAgreedUpon() async throws {
    let pings = Sum()
    let ping = Route(.GET, "/_ping") { _ in
      await pings.add(1)
      var answer = ServerResponse.text("OK")
      answer.headers.add(name: "Api-Version", value: "1.41")
      return answer
    }
    let networks = Route(.GET, "/networks") { request in .text("\(request.version)") }
    try await with([ping, networks]) { client in
      for _ in 0..<3 {
        let answer = try await client.bytes(EngineRequest(.get, ["networks"]))
        #expect(String(decoding: answer, as: UTF8.self) == "1.41")
      }
      let version = try await client.version()
      #expect(version == APIVersion(1, 41))
      #expect(await pings.total == 1)
    }
  }

  @Test func headersGoThereAndComeBack() async throws {
    let route = Route(.HEAD, "/containers/{id}/archive") { request in
      ServerResponse(.ok, headers: ["X-Echo": request.headers.first(name: "X-Registry-Auth") ?? ""])
    }
    try await with([route]) { client in
      var request = EngineRequest(.head, ["containers", "x", "archive"])
      request.headers = [("X-Registry-Auth", "e30=")]
      for _ in 0..<3 {
        let answer = try await client.answer(request)
        #expect(answer.header("x-echo") == "e30=")
      }
    }
  }

  @Test func streamsComeBitByBitAndUploadsGoThatWay() async throws {
    let events = Route(.GET, "/events") { _ in
      ServerResponse(
        .ok,
        body: .stream { writer in
          for number in 0..<100 { try await writer.line(["n": number]) }
        })
    }
    let load = Route(.POST, "/images/load", body: .streamed) { request in
      let sum = Sum()
      try await request.forEachPiece { await sum.add($0.count) }
      return .text("\(await sum.total)")
    }
    try await with([events, load]) { client in
      let text = String(decoding: try await client.bytes(EngineRequest(.get, ["events"])), as: UTF8.self)
      #expect(text.split(separator: "\n").count == 100)
      let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
      for _ in 0..<64 { continuation.yield([UInt8](repeating: 1, count: 65536)) }
      continuation.finish()
      let request = EngineRequest(
        .post, ["images", "load"], body: .pieces(contentType: "application/x-tar", stream))
      #expect(String(decoding: try await client.bytes(request), as: UTF8.self) == "4194304")
    }
  }

  @Test(arguments: [true, false]) func aHijackedConnectionClosesEachSideOnItsOwn(_ upgrades: Bool) async throws {
    let attach = Route(.POST, "/containers/{id}/attach") { _ in
      ServerResponse(
        upgrades ? .custom(code: 101, reasonPhrase: "UPGRADED") : .ok,
        headers: upgrades
          ? ["Connection": "Upgrade", "Upgrade": "tcp", "Content-Type": "application/vnd.docker.multiplexed-stream"]
          : ["Content-Type": "application/vnd.docker.multiplexed-stream"],
        body: .hijack { connection in
          try? await connection.write(Array("hello ".utf8))
          var count = 0
          do {
            for try await buffer in connection.input { count += buffer.readableBytes }
          } catch {}
          try? await connection.write(Array("\(count)".utf8))
        })
    }
    try await with([attach]) { client in
      let stream = try await client.hijack(EngineRequest(.post, ["containers", "x", "attach"]))
      #expect(stream.contentType == "application/vnd.docker.multiplexed-stream")
      for _ in 0..<32 { try await stream.write([UInt8](repeating: 7, count: 32768)) }
      await stream.closeInput()
      #expect(String(decoding: try await stream.output.collect(), as: UTF8.self) == "hello 1048576")
      await stream.close()
    }
  }

  @Test func aRefusedHijackIsAnError() async throws {
    try await with([]) { client in
      await #expect(throws: EngineError.self) {
        try await client.hijack(EngineRequest(.post, ["exec", "x", "start"]))
      }
    }
  }
}

private actor Sum {
  var total = 0
  func add(_ amount: Int) { total += amount }
}
