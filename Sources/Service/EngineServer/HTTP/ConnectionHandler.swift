internal import NIOCore
internal import NIOHTTP1

/// Connects an ``ExchangeMachine`` to one channel: it reports the channel's events to the machine, and carries out the
/// machine's actions.
///
/// NIO has upgrade handlers, but they act only on the first request of a connection and lose its body.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Outbound event: the answer is complete.
  struct AnswerDone: Sendable { var keepsAlive: Bool }
  /// Outbound event: the answer is a stream. It ends when its client disconnects.
  struct StreamBegins: Sendable {}

  private let limits: ServerLimits
  private let headGuard: HeadGuard
  private let encoder: HTTPResponseEncoder
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private var machine: ExchangeMachine
  /// Receives the pieces of a streamed body.
  private var body: BodySequence.Source?
  private var requestHandler: Task<Void, Never>?
  private var bodyTimer: Scheduled<Void>?

  init(
    limits: ServerLimits, headGuard: HeadGuard, encoder: HTTPResponseEncoder,
    decoder: ByteToMessageHandler<HTTPRequestDecoder>, accept: @escaping Acceptor
  ) {
    self.limits = limits
    self.headGuard = headGuard
    self.encoder = encoder
    self.decoder = decoder
    machine = ExchangeMachine(limits: limits, accept: accept)
  }

  // MARK: Events

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    perform(machine.receive(unwrapInboundIn(data), at: .now()), context)
  }

  func read(context: ChannelHandlerContext) {
    perform(machine.read(), context)
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    switch event {
    case let done as AnswerDone:
      requestHandler = nil
      perform(machine.didAnswer(keepsAlive: done.keepsAlive, at: .now()), context)
    case is StreamBegins: perform(machine.didStartStream(), context)
    case let request as HijackRequest: hijack(request, context)
    default:
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    promise?.succeed()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    perform(machine.inputClosed(), context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    perform(machine.connectionClosed(), context)
    requestHandler = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let fault: ExchangeMachine.Fault =
      switch error {
      case HeadGuard.Fault.idle: .idle
      case HeadGuard.Fault.headTooSlow: .headTooSlow
      case HeadGuard.Fault.headTooLarge: .headTooLarge
      case HTTPParserError.headerOverflow: .headerOverflow
      case is HTTPParserError: .malformed
      default: .other
      }
    perform(machine.failed(fault), context)
  }

  // MARK: Actions

  private func perform(_ actions: [ExchangeMachine.Action], _ context: ChannelHandlerContext) {
    for action in actions { perform(action, context) }
  }

  private func perform(_ action: ExchangeMachine.Action, _ context: ChannelHandlerContext) {
    switch action {
    case .stopHeadLimits: headGuard.headArrived()
    case .startHeadLimits: headGuard.awaitHead()
    case .sendContinue(let version):
      context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: version, status: .continue))), promise: nil)
    case .startBodyTimer(let delay): startBodyTimer(delay, context)
    case .stopBodyTimer:
      bodyTimer?.cancel()
      bodyTimer = nil
    case .respond(let exchange): respond(to: exchange, context)
    case .passBody(let buffer): if case .stopProducing = body?.yield(buffer) { machine.bodyIsFull() }
    case .endBody(let error):
      if let error { body?.finish(error) } else { body?.finish() }
      body = nil
    case .cancelHandler: requestHandler?.cancel()
    case .read: context.read()
    case .sendStatusAndClose(let status): send(status, context)
    case .close: context.close(promise: nil)
    }
  }

  private func respond(to exchange: ExchangeMachine.Exchange, _ context: ChannelHandlerContext) {
    let answer = Answer(
      channel: context.channel, version: exchange.version, isHeadOnly: exchange.isHeadOnly,
      keepsAlive: exchange.keepsAlive, timeout: limits.answerTimeout)
    let body: RequestBody =
      switch exchange.body {
      case .collected(let buffer): .collected(buffer)
      case .streamed: .streamed(makeBody(context))
      }
    let respond = exchange.acceptance.respond
    requestHandler = Task { await answer.send(await respond(body)) }
  }

  /// A streamed body that asks the machine for more when its reader has read enough.
  private func makeBody(_ context: ChannelHandlerContext) -> BodySequence {
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let loop = context.eventLoop
    let requestMore: @Sendable () -> Void = {
      loop.execute { handler.value.perform(handler.value.machine.bodyNeedsMore(), bound.value) }
    }
    let made = BodySequence.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8), finishOnDeinit: false,
      delegate: InboundDemand(more: requestMore, over: requestMore))
    body = made.source
    return made.sequence
  }

  private func startBodyTimer(_ delay: TimeAmount, _ context: ChannelHandlerContext) {
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    bodyTimer = context.eventLoop.scheduleTask(in: delay) {
      handler.value.perform(handler.value.machine.bodyTimerFired(at: .now()), bound.value)
    }
  }

  /// Sends a status in plain text, as Go's server does for bytes that are not a request.
  private func send(_ status: String, _ context: ChannelHandlerContext) {
    let text =
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n\(status)"
    let channel = context.channel
    context.pipeline.syncOperations.removeHandler(encoder, promise: nil)
    channel.writeAndFlush(channel.allocator.buffer(string: text)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  /// Replaces the HTTP handlers of the pipeline by a ``RawConnectionHandler``.
  private func hijack(_ request: HijackRequest, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else {
      return request.connection.fail(RequestError.disconnected)
    }
    let loop = context.eventLoop
    let channel = context.channel
    let raw = RawConnectionHandler(inputClosed: machine.isInputClosed)
    let connection = HijackedConnection(channel: channel, input: raw.makeInput(on: loop))
    perform(machine.hijack(), context)
    let pipeline = context.pipeline.syncOperations
    do {
      try pipeline.addHandler(raw, position: .after(self))
    } catch {
      return request.connection.fail(error)
    }
    let decoder = NIOLoopBound(decoder, eventLoop: loop)
    let bound = NIOLoopBound(raw, eventLoop: loop)
    pipeline.removeHandler(encoder, promise: nil)
    pipeline.removeHandler(headGuard, promise: nil)
    let head = channel.allocator.buffer(string: request.head)
    pipeline.removeHandler(self, promise: nil)
    channel.writeAndFlush(head, promise: nil)
    // The decoder may be running further up the call stack. When it is removed, it passes on the bytes that it did not use.
    loop.execute {
      channel.pipeline.syncOperations.removeHandler(decoder.value).whenComplete { _ in
        bound.value.beginReading()
        request.connection.succeed(connection)
      }
    }
  }
}
