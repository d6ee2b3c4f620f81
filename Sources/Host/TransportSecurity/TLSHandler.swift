package import NIOCore

/// Puts TLS between a channel and the handlers after it.
///
/// Handlers see the peer's close_notify as a half-close, and send their own by closing the output. A connection that
/// ends without close_notify is an error.
package final class TLSHandler: ChannelDuplexHandler {
  package typealias InboundIn = ByteBuffer
  package typealias InboundOut = ByteBuffer
  package typealias OutboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  private enum State {
    case handshaking, open
    /// The connection failed and the alert is sent; further input is dropped.
    case failed
    case closed
  }

  private let session: TLSSession
  private let isServer: Bool
  private let handshakeTimeout: TimeAmount
  private let report: @Sendable (TLSError) -> Void
  private var state = State.handshaking
  private var waiting = CircularBuffer<(buffer: ByteBuffer, promise: EventLoopPromise<Void>?)>()
  private var firstByte: UInt8?
  private var inputEnded = false
  private var outputEnded = false
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - serverName: the server that a client connects to; ignored for a server.
  ///   - handshakeTimeout: the timeout of the handshake.
  ///   - report: called with the reason when a server's connection failed. A client's handlers get the ``TLSError`` as
  ///     the channel's error.
  package init(
    _ context: TLSContext, serverName: String? = nil, handshakeTimeout: TimeAmount = .seconds(30),
    report: @escaping @Sendable (TLSError) -> Void = { _ in }
  ) throws(TLSError) {
    session = try TLSSession(context, serverName: serverName)
    if case .server = context.role { isServer = true } else { isServer = false }
    self.handshakeTimeout = handshakeTimeout
    self.report = report
  }

  // MARK: Coming and going

  package func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { begin(context) }
  }

  package func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard timer == nil else { return }
    let here = NIOLoopBound(self, eventLoop: context.eventLoop)
    let there = NIOLoopBound(context, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: handshakeTimeout) {
      if case .handshaking = here.value.state { there.value.close(promise: nil) }
    }
    if !isServer { advance(context) }
  }

  package func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  package func handlerRemoved(context: ChannelHandlerContext) { end() }

  private func end() {
    state = .closed
    timer?.cancel()
    while let write = waiting.popFirst() { write.promise?.fail(ChannelError.ioOnClosedChannel) }
  }

  // MARK: Coming in

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    if firstByte == nil { firstByte = buffer.readableBytesView.first }
    switch state {
    case .failed, .closed: return
    case .handshaking, .open: session.feed(buffer)
    }
    if case .handshaking = state { advance(context) }
    if case .open = state { takePlaintext(context) }
  }

  private func advance(_ context: ChannelHandlerContext) {
    switch session.handshake() {
    case .incomplete: sendCiphertext(context, flush: true)
    case .complete:
      state = .open
      timer?.cancel()
      sendCiphertext(context, flush: true)
      encryptWaiting(context)
      context.flush()
    case .failed(let fault): fail(fault, context)
    }
  }

  private func takePlaintext(_ context: ChannelHandlerContext) {
    while !inputEnded, case .open = state {
      switch session.read(context.channel.allocator) {
      case .bytes(let plain): context.fireChannelRead(wrapInboundOut(plain))
      case .nothing: return sendCiphertext(context, flush: true)
      case .ended:
        inputEnded = true
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      case .failed(let fault): fail(fault, context)
      }
    }
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    // Expected after close_notify; otherwise the input is truncated.
    if case .open = state, inputEnded { return }
    context.close(promise: nil)
  }

  // MARK: Going out

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch state {
    case .handshaking: waiting.append((unwrapOutboundIn(data), promise))
    case .open where !outputEnded: encrypt(unwrapOutboundIn(data), promise, context)
    case .open: promise?.fail(ChannelError.outputClosed)
    case .failed, .closed: promise?.fail(ChannelError.ioOnClosedChannel)
    }
  }

  private func encryptWaiting(_ context: ChannelHandlerContext) {
    while let write = waiting.popFirst() { encrypt(write.buffer, write.promise, context) }
  }

  private func encrypt(_ buffer: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
    do {
      try session.write(buffer)
    } catch {
      promise?.fail(error)
      return fail(error, context)
    }
    guard let cipher = session.takeOutput(context.channel.allocator) else {
      promise?.succeed()
      return
    }
    context.write(wrapOutboundOut(cipher), promise: promise)
  }

  private func sendCiphertext(_ context: ChannelHandlerContext, flush: Bool) {
    guard let cipher = session.takeOutput(context.channel.allocator) else { return }
    context.write(wrapOutboundOut(cipher), promise: nil)
    if flush { context.flush() }
  }

  package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard case .open = state, mode != .input else { return context.close(mode: mode, promise: promise) }
    if !outputEnded {
      outputEnded = true
      session.endOutput()
      sendCiphertext(context, flush: true)
    }
    if mode == .output {
      // The channel's output stays open for TLS messages such as alerts.
      promise?.succeed()
    } else {
      context.close(promise: promise)
    }
  }

  // MARK: Failing

  /// Sends the alert, then closes when the peer has closed or after two seconds. Closing at once with unread input
  /// would reset the connection and lose the alert.
  private func fail(_ fault: TLSError, _ context: ChannelHandlerContext) {
    let wasHandshaking = if case .handshaking = state { true } else { false }
    sendCiphertext(context, flush: true)
    if wasHandshaking, isServer, firstByte.map((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains) == true {
      // The message of Go's server.
      let text = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
      context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }
    end()
    guard isServer else {
      context.fireErrorCaught(fault)
      return context.close(promise: nil)
    }
    state = .failed
    report(fault)
    let channel = context.channel
    context.close(mode: .output, promise: nil)
    channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
  }
}
