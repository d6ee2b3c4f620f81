internal import NIOCore
internal import NIOHTTP1

/// The names of a connection's channel handlers.
enum ClientPipeline {
  static let encoder = "encoder"
  static let decoder = "decoder"
}

/// The answers on one connection: the head completes a promise, then the body follows with back-pressure.
final class ClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  /// An answer whose body may still arrive.
  struct Answer: Sendable {
    var head: HTTPResponseHead
    var body: InboundSequence
  }

  /// Outbound event: announces the promise of the next answer.
  struct Expect: Sendable {
    var answer: EventLoopPromise<Answer>
    /// The connection leaves HTTP with this answer.
    var upgrading: Bool
  }

  /// Called after a complete answer, when the connection can be used again.
  private let release: @Sendable () -> Void
  private var waiter: EventLoopPromise<Answer>?
  private var source: InboundSequence.Source?
  private var keepsAlive = true
  private var isUpgrading = false
  /// Handles the connection after HTTP.
  private var raw: RawHandler?
  private var isHeldBack = false
  private var pendingRead = false
  /// An error that may come before the first request, for instance from TLS.
  private let failure: ConnectionFailure

  init(_ failure: ConnectionFailure, release: @escaping @Sendable () -> Void) {
    self.failure = failure
    self.release = release
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard let expect = event as? Expect else {
      return context.triggerUserOutboundEvent(event, promise: promise)
    }
    guard context.channel.isActive, waiter == nil, source == nil, failure.reason == nil else {
      expect.answer.fail(failure.reason ?? ClientError.disconnected)
      promise?.succeed()
      return
    }
    waiter = expect.answer
    isUpgrading = expect.upgrading
    promise?.succeed()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      keepsAlive = head.isKeepAlive
      if isUpgrading, head.status == .switchingProtocols || head.status == .ok { return leaveHTTP(head, context) }
      let (sequence, source) = Self.makeBody(self, context)
      self.source = source
      waiter?.succeed(Answer(head: head, body: sequence))
      waiter = nil
    case .body(let buffer):
      if let raw { return raw.take(buffer) }
      if case .stopProducing = source?.yield(buffer) { isHeldBack = true }
    case .end:
      guard raw == nil else { return }
      source?.finish()
      source = nil
      isHeldBack = false
      if keepsAlive { release() } else { context.close(promise: nil) }
    }
  }

  /// Removes HTTP from the pipeline, on the next turn of the event loop, because the parser is running below this call.
  /// Bytes that it parsed as a body come first; it passes on unparsed bytes when it is removed.
  private func leaveHTTP(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
    let raw = RawHandler()
    self.raw = raw
    let answer = Answer(head: head, body: raw.makeBody(on: context.eventLoop))
    let waiter = waiter
    self.waiter = nil
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    let next = NIOLoopBound(raw, eventLoop: context.eventLoop)
    let channel = context.channel
    context.eventLoop.execute {
      let pipeline = channel.pipeline.syncOperations
      do {
        try pipeline.addHandler(next.value, position: .after(here.value))
      } catch {
        waiter?.fail(error)
        return channel.close(promise: nil)
      }
      pipeline.removeHandler(name: ClientPipeline.encoder, promise: nil)
      pipeline.removeHandler(here.value, promise: nil)
      pipeline.removeHandler(name: ClientPipeline.decoder).whenComplete { _ in waiter?.succeed(answer) }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    if let raw { return raw.endInput() }
    fail(ClientError.disconnected)
    context.close(promise: nil)
  }

  static func makeBody(
    _ handler: ClientHandler, _ context: ChannelHandlerContext
  ) -> (InboundSequence, InboundSequence.Source) {
    let here = NIOLoopBound(handler, eventLoop: context.eventLoop)
    let there = NIOLoopBound(context, eventLoop: context.eventLoop)
    let loop = context.eventLoop
    let demand = InboundDemand { loop.execute { here.value.takeMore(there.value) } }
    let made = InboundSequence.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 2, highWatermark: 16), finishOnDeinit: false, delegate: demand)
    return (made.sequence, made.source)
  }

  func read(context: ChannelHandlerContext) {
    if isHeldBack { pendingRead = true } else { context.read() }
  }

  private func takeMore(_ context: ChannelHandlerContext) {
    isHeldBack = false
    guard pendingRead else { return }
    pendingRead = false
    context.read()
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(ClientError.disconnected)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error is HTTPParserError ? ClientError.notHTTP("\(error)") : error)
    context.close(promise: nil)
  }

  private func fail(_ error: any Error) {
    failure.set(error)
    waiter?.fail(error)
    waiter = nil
    source?.finish(error)
    source = nil
  }
}
