internal import NIOCore

/// Carries a reader's wish for more from whatever thread it reads on to the connection's event loop.
struct InboundDemand: NIOAsyncSequenceProducerDelegate {
  let more: @Sendable () -> Void
  let over: @Sendable () -> Void

  func produceMore() { more() }
  func didTerminate() { over() }
}
