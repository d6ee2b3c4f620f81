import Coordination
import JSON
package import EngineAPI
internal import EngineModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
package import TransportSecurity

/// A client of the Docker Engine API, of this engine or dockerd. It uses one thread and keeps connections open for
/// reuse.
package final class EngineClient: Sendable {
  package let host: EngineHost
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let idle = Mutex<[Connection]>([])
  /// The negotiated API version; `nil` before the negotiation.
  private let spoken: Mutex<APIVersion?>
  private let security: TLSContext?

  /// - Parameters:
  ///   - version: the API version; `nil`: the newest that both sides support, negotiated by the first request.
  ///   - security: TLS for TCP; ignored for a Unix socket.
  package init(host: EngineHost, version: APIVersion? = nil, security: TLSContext? = nil) {
    self.host = host
    self.security = security
    spoken = Mutex(version)
  }

  /// The negotiated API version.
  ///
  /// - Throws: ``EngineConnectError`` when the engine does not answer.
  package func version() async throws -> APIVersion {
    if let version = spoken.withLock({ $0 }) { return version }
    let answer = try await exchange(EngineRequest(.get, ["_ping"]), version: nil)
    _ = try await answer.body.collect(limit: 1024 * 1024)
    let theirs = answer.header("api-version").flatMap(APIVersion.init) ?? .current
    let version = min(theirs, .current)
    spoken.withLock { $0 = version }
    return version
  }

  /// Closes every connection and ends the thread. A program that exits need not call it.
  package func shutdown() async {
    for connection in idle.withLock({ $0 }) { try? await connection.channel.close().get() }
    try? await group.shutdownGracefully()
  }

  /// Sends a request and decodes the answer's JSON.
  ///
  /// - Throws: ``EngineError`` with the engine's message; ``EngineConnectError`` when the engine does not answer.
  package func call<Answer: Decodable>(_ request: EngineRequest, as type: Answer.Type = Answer.self) async throws
    -> Answer
  {
    try JSONDecoding.decode(type, from: try await bytes(request))
  }

  /// Sends a request and returns the answer's bytes.
  @discardableResult
  package func bytes(_ request: EngineRequest) async throws -> [UInt8] {
    try await stream(request).collect()
  }

  /// Sends a request and returns the answer as a stream.
  package func stream(_ request: EngineRequest) async throws -> ByteStream {
    try await answer(request).body
  }

  /// Sends a request and returns the answer with its headers.
  package func answer(_ request: EngineRequest) async throws -> EngineAnswer {
    let answer = try await exchange(request, version: try await version())
    try await check(answer)
    return answer
  }

  /// One request and its answer, of any status.
  ///
  /// - Parameter version: the version at the beginning of the path; `nil`: none.
  private func exchange(_ request: EngineRequest, version: APIVersion?) async throws -> EngineAnswer {
    var (connection, isUsed) = try await connection()
    do {
      return EngineAnswer(try await send(request, version, on: connection, upgrading: false))
    } catch let error where isUsed && error is ClientError {
      // The engine closed an idle connection just before its reuse: the request was not sent.
      guard request.method == .get || request.method == .head else { throw EngineConnectError(host, error) }
      connection = try await connect()
      return EngineAnswer(try await send(request, version, on: connection, upgrading: false))
    } catch {
      throw unreachable(error)
    }
  }

  /// Hijacks a new connection: a byte stream to a program's input and output (attach, exec start).
  package func hijack(_ request: EngineRequest) async throws -> HijackedStream {
    let version = try await version()
    let connection = try await connect()
    let answer: EngineAnswer
    do {
      answer = EngineAnswer(try await send(request, version, on: connection, upgrading: true))
    } catch {
      throw unreachable(error)
    }
    guard [200, 101].contains(answer.status) else {
      try await check(answer)
      throw EngineError(.system, "the engine did not hand the connection over: \(answer.status)")
    }
    return HijackedStream(channel: connection.channel, contentType: answer.contentType, output: answer.body)
  }

  // MARK: Connections

  /// A channel, and what ended it: a failed TLS handshake may close the channel before the first request is sent on it.
  private struct Connection: Sendable {
    let channel: any Channel
    let failure: ConnectionFailure
  }

  private func connection() async throws -> (connection: Connection, isUsed: Bool) {
    while let connection = idle.withLock({ $0.popLast() }) {
      if connection.channel.isActive { return (connection, true) }
    }
    return (try await connect(), false)
  }

  private func connect() async throws -> Connection {
    let failure = ConnectionFailure()
    let bootstrap = ClientBootstrap(group: group)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let security = self.security, case .tcp(let name, _) = self.host {
            try pipeline.addHandler(TLSHandler(security, serverName: name))
          }
          try pipeline.addHandler(HTTPRequestEncoder(), name: ClientPipeline.encoder)
          try pipeline.addHandler(
            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)),
            name: ClientPipeline.decoder)
          try pipeline.addHandler(
            ClientHandler(failure) { [weak self] in
              self?.idle.withLock { $0.append(Connection(channel: channel, failure: failure)) }
            })
        }
      }
    do {
      let channel =
        switch host {
        case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
        case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port).get()
        }
      return Connection(channel: channel, failure: failure)
    } catch {
      throw unreachable(error)
    }
  }

  private func unreachable(_ error: any Error) -> any Error {
    error is EngineError || error is EngineConnectError || error is CancellationError
      ? error : EngineConnectError(host, error)
  }

  // MARK: Asking

  private func send(
    _ request: EngineRequest, _ version: APIVersion?, on connection: Connection, upgrading: Bool
  ) async throws -> ClientHandler.Answer {
    let channel = connection.channel
    var headers = HTTPHeaders([("Host", hostHeader), ("User-Agent", "causeway")] + request.headers)
    if upgrading {
      headers.add(name: "Connection", value: "Upgrade")
      headers.add(name: "Upgrade", value: "tcp")
    }
    var json: [UInt8]?
    switch request.body {
    case .none: if request.method == .post { headers.add(name: "Content-Length", value: "0") }
    case .json(let bytes):
      headers.add(name: "Content-Type", value: "application/json")
      headers.add(name: "Content-Length", value: String(bytes.count))
      json = bytes
    case .pieces(let contentType, _):
      headers.add(name: "Content-Type", value: contentType)
      headers.add(name: "Transfer-Encoding", value: "chunked")
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.method.rawValue), uri: request.target(version),
      headers: headers)
    let promise = channel.eventLoop.makePromise(of: ClientHandler.Answer.self)
    // A closed channel has no handlers, so that none would fail the promise.
    channel.closeFuture.whenComplete { _ in promise.fail(connection.failure.reason ?? ClientError.disconnected) }
    guard case .pieces(_, let pieces) = request.body else {
      channel.eventLoop.execute { [json] in
        channel.triggerUserOutboundEvent(
          ClientHandler.Expect(answer: promise, upgrading: upgrading), promise: nil)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let json {
          channel.write(HTTPClientRequestPart.body(.byteBuffer(channel.allocator.buffer(bytes: json))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
      }
      return try await promise.futureResult.get()
    }
    channel.triggerUserOutboundEvent(ClientHandler.Expect(answer: promise, upgrading: upgrading), promise: nil)
    try await upload(pieces, head, on: channel, until: promise.futureResult)
    return try await promise.futureResult.get()
  }

  /// Sends a body in parts. An early answer (a refusal) ends the upload.
  private func upload(
    _ pieces: any AsyncSequence<[UInt8], any Error> & Sendable, _ head: HTTPRequestHead, on channel: any Channel,
    until answer: EventLoopFuture<ClientHandler.Answer>
  ) async throws {
    let isAnswered = OneShot<Void, Never>()
    answer.whenComplete { _ in isAnswered.succeed() }
    do {
      try await channel.writeAndFlush(HTTPClientRequestPart.head(head)).get()
      for try await piece in pieces {
        if isAnswered.isSet { return }
        try await channel.writeAndFlush(
          HTTPClientRequestPart.body(.byteBuffer(channel.allocator.buffer(bytes: piece)))
        ).get()
      }
      try await channel.writeAndFlush(HTTPClientRequestPart.end(nil)).get()
    } catch let error as ChannelError {
      // The engine closed the connection during the upload; its answer, if any, says why.
      if !isAnswered.isSet { throw error }
    }
  }

  private var hostHeader: String {
    switch host {
    case .unix: "docker"
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  /// - Throws: ``EngineError`` with the engine's message for a status of 300 or more.
  private func check(_ answer: EngineAnswer) async throws {
    guard answer.status >= 300 else { return }
    let bytes = try await answer.body.collect(limit: 1024 * 1024)
    let text = String(decoding: bytes, as: UTF8.self)
    let message = (try? JSONDecoding.decode(Wire.ErrorBody.self, from: bytes))?.message ?? ""
    let code =
      EngineError.Code.allCases.first { $0.httpStatus == answer.status }
      ?? (answer.status < 500 ? .invalidParameter : .system)
    throw EngineError(
      code, message.isEmpty ? (text.isEmpty ? "\(HTTPResponseStatus(statusCode: answer.status))" : text) : message)
  }
}
