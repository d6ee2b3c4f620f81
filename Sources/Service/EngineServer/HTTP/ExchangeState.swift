/// The state of a connection between one request and the next. A value without effects: the handler carries out what it
/// decides.
struct ExchangeState: Sendable, Hashable {
  enum Phase: Sendable, Hashable {
    /// No request is under way.
    case idle
    /// A request's body is being collected; the handler has not started.
    case collecting
    /// The handler runs while the body arrives.
    case streaming
    /// The handler runs and the request is complete.
    case answering
    /// The answer is sent. The rest of the body still arrives and is discarded.
    case draining
    /// The connection is a raw byte stream.
    case hijacked
    case closed
  }

  enum AfterAnswer: Sendable, Hashable {
    case next
    case drain
    case close
  }

  private(set) var phase = Phase.idle
  /// Whether the connection may be used again.
  private(set) var keepsAlive = true
  private(set) var inputClosed = false

  /// More may be read: the next request waits until this one is answered.
  var mayRead: Bool {
    switch phase {
    case .idle, .collecting, .streaming, .draining: true
    case .answering, .hijacked, .closed: false
    }
  }

  /// Parts of a request that arrive before its turn are kept.
  var mustQueue: Bool { phase == .answering }

  mutating func didReceiveHead(keepsAlive: Bool, streamed: Bool) {
    guard phase == .idle else { return }
    self.keepsAlive = keepsAlive
    phase = streamed ? .streaming : .collecting
  }

  /// - Returns: whether draining is over and the next request may come.
  mutating func didReceiveEnd() -> Bool {
    switch phase {
    case .collecting, .streaming:
      phase = .answering
      return false
    case .draining:
      phase = .idle
      return true
    default: return false
    }
  }

  /// The answer is sent before the body has arrived completely; the rest of the body is discarded.
  mutating func willAnswerEarly() {
    guard phase == .collecting || phase == .idle else { return }
    keepsAlive = false
    phase = .answering
  }

  mutating func didAnswer(keepsAlive answerKeepsAlive: Bool) -> AfterAnswer {
    guard keepsAlive, answerKeepsAlive, !inputClosed else {
      phase = .closed
      return .close
    }
    switch phase {
    case .streaming:
      phase = .draining
      return .drain
    case .answering:
      phase = .idle
      return .next
    default:
      phase = .closed
      return .close
    }
  }

  mutating func didHijack() { phase = .hijacked }

  /// - Returns: whether there is nothing left to answer, so that the connection can be closed.
  mutating func didCloseInput() -> Bool {
    inputClosed = true
    return phase == .idle || phase == .draining
  }

  mutating func didClose() { phase = .closed }
}
