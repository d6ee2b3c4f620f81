internal import NIOCore

/// Watches raw bytes before they are parsed: a head that is too long or too slow, and a connection on which nothing
/// happens, end here.
final class HeadGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  enum Fault: Error { case headTooLarge, headTooSlow, idle }

  private let limits: ServerLimits
  private var isAwaitingHead = true
  private var count = 0
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?

  init(limits: ServerLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { arm(limits.idleTimeout, .idle) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    disarm()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    arm(limits.idleTimeout, .idle)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    disarm()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data).readableBytes
    if isAwaitingHead {
      if count == 0 { arm(limits.headTimeout, .headTooSlow) }
      count += bytes
    }
    context.fireChannelRead(data)
    // The parser runs within the call above: if the head were complete, `headArrived` would have been called.
    if isAwaitingHead, count > limits.headBytes { context.fireErrorCaught(Fault.headTooLarge) }
  }

  /// The parser has seen a whole head.
  func headArrived() {
    isAwaitingHead = false
    disarm()
  }

  /// The exchange is over; the next head may come.
  func awaitHead() {
    isAwaitingHead = true
    count = 0
    arm(limits.idleTimeout, .idle)
  }

  private func arm(_ delay: TimeAmount, _ fault: Fault) {
    disarm()
    guard let context else { return }
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: delay) { here.value.context?.fireErrorCaught(fault) }
  }

  private func disarm() {
    timer?.cancel()
    timer = nil
  }
}
