internal import NIOCore

/// Passes a reader's demand, from any thread, to the connection's event loop.
struct InboundDemand: NIOAsyncSequenceProducerDelegate {
  let more: @Sendable () -> Void
  let over: @Sendable () -> Void

  func produceMore() { more() }
  func didTerminate() { over() }
}
