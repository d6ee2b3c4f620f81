internal import NIOCore

/// Reads from a hijacked connection, with back-pressure.
final class RawHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var source: InboundSequence.Source?
  private var isHeldBack = false
  private var pendingRead = false
  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func makeBody(on loop: any EventLoop) -> InboundSequence {
    let here = NIOLoopBound(self, eventLoop: loop)
    let made = InboundSequence.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 2, highWatermark: 16), finishOnDeinit: false,
      delegate: InboundDemand { loop.execute { here.value.takeMore() } })
    source = made.source
    return made.sequence
  }

  func read(context: ChannelHandlerContext) {
    if isHeldBack { pendingRead = true } else { context.read() }
  }

  private func takeMore() {
    isHeldBack = false
    guard pendingRead else { return }
    pendingRead = false
    context?.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    take(unwrapInboundIn(data))
  }

  func take(_ buffer: ByteBuffer) {
    if case .stopProducing = source?.yield(buffer) { isHeldBack = true }
  }

  func endInput() {
    source?.finish()
    source = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    endInput()
  }

  func channelInactive(context: ChannelHandlerContext) {
    source?.finish()
    source = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    source?.finish(error)
    source = nil
    context.close(promise: nil)
  }
}
