internal import NIOCore

/// Enforces limits on bytes before they are parsed: the size and duration of a head, and the idle time.
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
    // The parser ran within the call above and called `headArrived` if the head is complete.
    if isAwaitingHead, count > limits.headBytes { context.fireErrorCaught(Fault.headTooLarge) }
  }

  /// The parser completed a head.
  func headArrived() {
    isAwaitingHead = false
    disarm()
  }

  /// The exchange is complete; the next head may arrive.
  func awaitHead() {
    isAwaitingHead = true
    count = 0
    arm(limits.idleTimeout, .idle)
  }

  private func arm(_ delay: TimeAmount, _ fault: Fault) {
    disarm()
    guard let context else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: delay) { bound.value.context?.fireErrorCaught(fault) }
  }

  private func disarm() {
    timer?.cancel()
    timer = nil
  }
}
