import EngineModel
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

@testable import EngineServer

/// An HTTP server on a socket of its own with routes of a test's own; no engine.
struct TestServer {
  let path: String
  let server: HTTPServer

  static func with<Result>(
    limits: ServerLimits = ServerLimits(), _ routes: [Route], _ use: (TestServer) async throws -> Result
  ) async throws -> Result {
    let path = "/tmp/causeway-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    let router = Router(routes, headers: ["Server": "test"])
    let server = HTTPServer(limits: limits, threads: 1, logger: Logger(label: "test")) { router.accept($0) }
    try await server.listen(on: try UnixListener.open(path: path, group: nil))
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(try await use(TestServer(path: path, server: server)))
    } catch {
      outcome = .failure(error)
    }
    await server.shutdown()
    unlink(path)
    return try outcome.get()
  }

  func connect() async throws -> RawConnection { try await RawConnection.open(path) }

  /// Sends one request and gives the whole answer; the connection closes after it.
  func ask(_ text: String) async throws -> String {
    let connection = try await connect()
    try await connection.send(text)
    _ = await connection.waitForEnd()
    await connection.close()
    return connection.text
  }
}

/// What a handler saw.
final class Witness: Sendable {
  private let seen = Mutex<[String]>([])
  func note(_ text: String) { seen.withLock { $0.append(text) } }
  var notes: [String] { seen.withLock { $0 } }

  func wait(for text: String) async -> Bool {
    for _ in 0..<2500 where !notes.contains(text) { try? await Task.sleep(for: .milliseconds(2)) }
    return notes.contains(text)
  }
}

extension Route {
  /// Answers with the body it was sent.
  static let echo = Route(.POST, "/echo") { request in
    ServerResponse(.ok, body: .bytes(request.bytes))
  }
}
