internal import NIOCore

/// Handles a hijacked connection: input with back-pressure, half-close, and an orderly end.
final class RawConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Outbound event: the request handler is done with the connection.
  struct Finish: Sendable {}

  private var source: BodySequence.Source?
  private var mayRead = false
  private var pendingRead = true
  private var inputClosed: Bool
  private var isFinishing = false
  private var context: ChannelHandlerContext?

  init(inputClosed: Bool) { self.inputClosed = inputClosed }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func makeInput(on loop: any EventLoop) -> BodySequence {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let demand = InboundDemand(
      more: { loop.execute { bound.value.beginReading() } }, over: { loop.execute { bound.value.beginReading() } })
    let made = BodySequence.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8), finishOnDeinit: false, delegate: demand)
    source = made.source
    return made.sequence
  }

  /// Starts reading, or continues after back-pressure.
  func beginReading() {
    mayRead = true
    if inputClosed {
      source?.finish()
      source = nil
    }
    guard pendingRead else { return }
    pendingRead = false
    context?.read()
  }

  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { pendingRead = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isFinishing, let source else { return }
    if case .stopProducing = source.yield(unwrapInboundIn(data)) { mayRead = false }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    inputClosed = true
    source?.finish()
    source = nil
    if isFinishing { context.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    source?.finish(RequestError.disconnected)
    source = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    source?.finish(error)
    source = nil
    context.close(promise: nil)
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is Finish else { return context.triggerUserOutboundEvent(event, promise: promise) }
    promise?.succeed()
    finish(context)
  }

  /// Closes the output and waits up to two seconds for the client to close. Closing both sides while input is unread
  /// would make the client's last read fail with ECONNRESET.
  private func finish(_ context: ChannelHandlerContext) {
    guard !inputClosed else { return context.close(promise: nil) }
    isFinishing = true
    source?.finish()
    source = nil
    let channel = context.channel
    channel.close(mode: .output, promise: nil)
    beginReading()
    channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
  }
}
