internal import NIOCore
internal import NIOHTTP1

/// Writes one answer and notifies the ``ConnectionHandler`` at its end.
struct Answer: Sendable {
  let channel: any Channel
  let version: HTTPVersion
  /// The request was HEAD: the head has the length of the body, and no body follows (RFC 9110, 9.3.2).
  var isHeadOnly = false
  let keepsAlive: Bool
  let timeout: TimeAmount

  func send(_ response: ServerResponse) async {
    switch response.body {
    case .none: sendWhole(response, nil)
    case .bytes(let bytes): sendWhole(response, bytes)
    case .stream(let write): await sendStream(response, write)
    case .hijack(let run): await hijack(response, run)
    }
  }

  private func head(_ response: ServerResponse, length: Int?) -> HTTPResponseHead {
    var headers = response.headers
    if let length, !headers.contains(name: "content-length") {
      headers.replaceOrAdd(name: "Content-Length", value: String(length))
    }
    if !keepsAlive { headers.replaceOrAdd(name: "Connection", value: "close") }
    return HTTPResponseHead(version: version, status: response.status, headers: headers)
  }

  private func sendWhole(_ response: ServerResponse, _ bytes: [UInt8]?) {
    let hasBody = response.status.mayHaveResponseBody
    let head = head(response, length: hasBody ? bytes?.count ?? 0 : nil)
    let (channel, isHeadOnly, keepsAlive, timeout) = (channel, isHeadOnly, keepsAlive, timeout)
    channel.eventLoop.execute {
      let timer = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
      channel.write(HTTPServerResponsePart.head(head), promise: nil)
      if hasBody, !isHeadOnly, let bytes, !bytes.isEmpty {
        channel.write(HTTPServerResponsePart.body(.byteBuffer(channel.allocator.buffer(bytes: bytes))), promise: nil)
      }
      channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { result in
        timer.cancel()
        finish(keepsAlive, result)
      }
    }
  }

  private func finish(_ keepsAlive: Bool, _ result: Result<Void, any Error>) {
    if case .failure = result { return channel.close(promise: nil) }
    channel.triggerUserOutboundEvent(ConnectionHandler.AnswerDone(keepsAlive: keepsAlive), promise: nil)
  }

  private func sendStream(
    _ response: ServerResponse, _ write: @Sendable (ResponseWriter) async throws -> Void
  ) async {
    do {
      channel.triggerUserOutboundEvent(ConnectionHandler.StreamBegins(), promise: nil)
      try await channel.writeAndFlush(HTTPServerResponsePart.head(head(response, length: nil))).get()
      try await write(ResponseWriter(channel: channel))
      try Task.checkCancellation()
      try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
      finish(keepsAlive, .success(()))
    } catch {
      // No last chunk, so that the client sees the truncation.
      channel.close(promise: nil)
    }
  }

  private func hijack(_ response: ServerResponse, _ run: @Sendable (HijackedConnection) async -> Void) async {
    var text = "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n"
    for (name, value) in response.headers { text += "\(name): \(value)\r\n" }
    let promise = channel.eventLoop.makePromise(of: HijackedConnection.self)
    let request = HijackRequest(head: text + "\r\n", connection: promise)
    channel.triggerUserOutboundEvent(request).whenFailure { promise.fail($0) }
    guard let connection = try? await promise.futureResult.get() else { return channel.close(promise: nil) }
    await run(connection)
    channel.triggerUserOutboundEvent(RawConnectionHandler.Finish(), promise: nil)
  }
}
