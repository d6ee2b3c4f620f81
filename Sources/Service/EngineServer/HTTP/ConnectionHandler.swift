internal import NIOCore
internal import NIOHTTP1

/// Handles HTTP/1.1 on one connection, one request at a time. It collects bodies, or streams them with back-pressure. It
/// sends complete or streamed answers, and hijacks the connection if the request handler asks for it.
///
/// NIO's own upgrade handlers act only on a connection's first request, and they lose its body.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// The answer was written.
  struct AnswerDone: Sendable { var keepsAlive: Bool }
  /// The answer is a stream. It ends when the client disconnects.
  struct StreamBegins: Sendable {}

  let limits: ServerLimits
  let accept: Acceptor
  let headGuard: HeadGuard
  let encoder: HTTPResponseEncoder
  let decoder: ByteToMessageHandler<HTTPRequestDecoder>

  var state = ExchangeState()
  private var queue = CircularBuffer<HTTPServerRequestPart>()
  private var pendingRead = false
  private var acceptance: Acceptance?
  private var collected: ByteBuffer?
  private var source: BodySequence.Source?
  private var isHeldBack = false
  private var isStreamingAnswer = false
  private var endsWithClient = false
  private var work: Task<Void, Never>?
  private var drained = 0
  private var bodyTimer: Scheduled<Void>?
  private var lastPart = NIODeadline.now()
  private var version = HTTPVersion.http1_1
  private var isHeadOnly = false

  init(
    limits: ServerLimits, headGuard: HeadGuard, encoder: HTTPResponseEncoder,
    decoder: ByteToMessageHandler<HTTPRequestDecoder>, accept: @escaping Acceptor
  ) {
    self.limits = limits
    self.headGuard = headGuard
    self.encoder = encoder
    self.decoder = decoder
    self.accept = accept
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    receive(unwrapInboundIn(data), context)
  }

  private func receive(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    guard !state.mustQueue else { return queue.append(part) }
    lastPart = .now()
    switch part {
    case .head(let head): receive(head, context)
    case .body(let buffer): receive(buffer, context)
    case .end: receiveEnd(context)
    }
  }

  private func receive(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    headGuard.headArrived()
    version = head.version.major == 1 ? head.version : .http1_1
    isHeadOnly = head.method == .HEAD
    if let response = HeadError.of(head) { return refuse(response, context) }
    let acceptance = accept(head)
    if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.bodyBytes,
      case .collected = acceptance.body
    {
      // Refused without waiting for the body.
      let fault = RequestError.tooLarge(limit: limits.bodyBytes)
      return refuse(fault, context)
    }
    var streamed = false
    if case .streamed = acceptance.body { streamed = true }
    // After a request that offers an upgrade the parser takes the rest of the connection for another protocol.
    let keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
    state.didReceiveHead(keepsAlive: keepsAlive, streamed: streamed)
    guard state.phase == .streaming || state.phase == .collecting else { return }
    if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
      let go = HTTPResponseHead(version: head.version, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
    }
    if streamed {
      begin(acceptance, .streamed(makeBody(context)), context)
    } else {
      self.acceptance = acceptance
      collected = context.channel.allocator.buffer(capacity: 0)
      armBodyTimer(context)
    }
  }

  private func receive(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    var buffer = buffer
    switch state.phase {
    case .collecting:
      guard (collected?.readableBytes ?? 0) + buffer.readableBytes <= limits.bodyBytes else {
        return refuse(RequestError.tooLarge(limit: limits.bodyBytes), context)
      }
      // Moved out of the property first, so that appending does not copy the bytes.
      guard var whole = collected else { return }
      collected = nil
      whole.writeBuffer(&buffer)
      collected = whole
    case .streaming:
      switch source?.yield(buffer) {
      case .stopProducing: isHeldBack = true
      case .produceMore, .dropped, nil: break
      }
    case .draining:
      drained += buffer.readableBytes
      if drained > limits.drainedBytes { context.close(promise: nil) }
    case .idle, .answering, .hijacked, .closed: break
    }
  }

  private func receiveEnd(_ context: ChannelHandlerContext) {
    bodyTimer?.cancel()
    bodyTimer = nil
    if state.didReceiveEnd() { return nextRequest(context) }
    guard state.phase == .answering else { return }
    source?.finish()
    source = nil
    if let acceptance, let body = collected {
      self.acceptance = nil
      collected = nil
      begin(acceptance, .collected(body), context)
    }
  }

  private func makeBody(_ context: ChannelHandlerContext) -> BodySequence {
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    let there = NIOLoopBound(context, eventLoop: context.eventLoop)
    let loop = context.eventLoop
    let demand = InboundDemand(
      more: { loop.execute { here.value.takeMore(there.value) } },
      over: { loop.execute { here.value.takeMore(there.value) } })
    let made = BodySequence.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8), finishOnDeinit: false, delegate: demand)
    source = made.source
    return made.sequence
  }

  // MARK: Reading

  func read(context: ChannelHandlerContext) {
    if state.mayRead, !isHeldBack {
      context.read()
    } else {
      pendingRead = true
    }
  }

  private func takeMore(_ context: ChannelHandlerContext) {
    isHeldBack = false
    guard pendingRead, state.mayRead else { return }
    pendingRead = false
    context.read()
  }

  // MARK: Answers

  private func begin(_ acceptance: Acceptance, _ body: RequestBody, _ context: ChannelHandlerContext) {
    let answer = Answer(
      channel: context.channel, version: version, isHeadOnly: isHeadOnly, keepsAlive: state.keepsAlive,
      timeout: limits.answerTimeout)
    endsWithClient = acceptance.endsWithClient
    work = Task { await answer.send(await acceptance.respond(body)) }
  }

  private func refuse(_ fault: RequestError, _ context: ChannelHandlerContext) {
    refuse(.message(fault.description, status: fault.status), context)
  }

  /// Answers before the request is complete, and closes.
  private func refuse(_ response: ServerResponse, _ context: ChannelHandlerContext) {
    acceptance = nil
    collected = nil
    bodyTimer?.cancel()
    state.willAnswerEarly()
    begin(Acceptance(body: .collected) { _ in response }, .collected(ByteBuffer()), context)
  }

  private func armBodyTimer(_ context: ChannelHandlerContext) {
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    let there = NIOLoopBound(context, eventLoop: context.eventLoop)
    let wait = max(.milliseconds(1), lastPart + limits.bodyTimeout - .now())
    bodyTimer = context.eventLoop.scheduleTask(in: wait) {
      let handler = here.value
      guard handler.state.phase == .collecting else { return }
      if NIODeadline.now() - handler.lastPart >= handler.limits.bodyTimeout {
        handler.refuse(.tooSlow, there.value)
      } else {
        handler.armBodyTimer(there.value)
      }
    }
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    switch event {
    case let done as AnswerDone: answered(done, context)
    case is StreamBegins:
      isStreamingAnswer = true
      if state.inputClosed { work?.cancel() }
    case let order as HijackOrder: hijack(order, context)
    default:
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    promise?.succeed()
  }

  private func answered(_ done: AnswerDone, _ context: ChannelHandlerContext) {
    work = nil
    isStreamingAnswer = false
    source?.finish()
    source = nil
    isHeldBack = false
    switch state.didAnswer(keepsAlive: done.keepsAlive) {
    case .next: nextRequest(context)
    case .drain:
      drained = 0
      takeMore(context)
    case .close: context.close(promise: nil)
    }
  }

  private func nextRequest(_ context: ChannelHandlerContext) {
    headGuard.awaitHead()
    // A client may send thousands of requests before it reads the first answer. Each part is handled only once.
    while !state.mustQueue, let part = queue.popFirst() { receive(part, context) }
    takeMore(context)
  }

  // MARK: The end of HTTP

  private func hijack(_ order: HijackOrder, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else {
      return order.connection.fail(RequestError.disconnected)
    }
    let loop = context.eventLoop
    let channel = context.channel
    let raw = RawConnectionHandler(inputClosed: state.inputClosed)
    let connection = HijackedConnection(channel: channel, input: raw.makeInput(on: loop))
    state.didHijack()
    let pipeline = context.pipeline.syncOperations
    do {
      try pipeline.addHandler(raw, position: .after(self))
    } catch {
      return order.connection.fail(error)
    }
    let decoder = NIOLoopBound(decoder, eventLoop: loop)
    let bound = NIOLoopBound(raw, eventLoop: loop)
    pipeline.removeHandler(encoder, promise: nil)
    pipeline.removeHandler(headGuard, promise: nil)
    let head = channel.allocator.buffer(string: order.head)
    pipeline.removeHandler(self, promise: nil)
    channel.writeAndFlush(head, promise: nil)
    // The decoder may be running below this call. When it is removed, it passes on the bytes that it has not parsed.
    loop.execute {
      channel.pipeline.syncOperations.removeHandler(decoder.value).whenComplete { _ in
        bound.value.beginReading()
        order.connection.succeed(connection)
      }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    let isOver = state.didCloseInput()
    switch state.phase {
    case .collecting: refuse(.truncated, context)
    case .streaming:
      source?.finish(RequestError.truncated)
      source = nil
    case .answering where isStreamingAnswer || endsWithClient: work?.cancel()
    default: if isOver { context.close(promise: nil) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    state.didClose()
    bodyTimer?.cancel()
    source?.finish(RequestError.disconnected)
    source = nil
    // A request that changes something runs to its end, even if its client no longer waits for the answer.
    if isStreamingAnswer || endsWithClient { work?.cancel() }
    work = nil
    queue.removeAll()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch (error, state.phase) {
    case (HeadGuard.Fault.idle, _): context.close(promise: nil)
    case (HeadGuard.Fault.headTooSlow, .idle): complain("408 Request Timeout", context)
    case (HeadGuard.Fault.headTooLarge, .idle): complain("431 Request Header Fields Too Large", context)
    case (HTTPParserError.headerOverflow, .idle): complain("431 Request Header Fields Too Large", context)
    case (is HTTPParserError, .idle): complain("400 Bad Request", context)
    case (is HTTPParserError, .collecting): refuse(.truncated, context)
    case (is HTTPParserError, .streaming):
      source?.finish(RequestError.truncated)
      source = nil
    // The bytes that cannot be parsed came after the request that is being answered. The connection ends with this
    // answer. The decoder reports an error again for each piece that follows.
    case (_, .answering): _ = state.didCloseInput()
    default: context.close(promise: nil)
    }
  }

  /// Answers bytes that are not a request, as Go's server does: plain text, and the connection closes.
  private func complain(_ status: String, _ context: ChannelHandlerContext) {
    state.didClose()
    let text =
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n\(status)"
    let channel = context.channel
    context.pipeline.syncOperations.removeHandler(encoder, promise: nil)
    channel.writeAndFlush(channel.allocator.buffer(string: text)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }
}
