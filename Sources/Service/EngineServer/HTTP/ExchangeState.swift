/// Where a connection stands between one request and the next. A value that says what to do; the handler does it.
struct ExchangeState: Sendable, Hashable {
  enum Phase: Sendable, Hashable {
    /// Nothing is asked.
    case idle
    /// A request's body is being collected; nobody works on it yet.
    case collecting
    /// The handler runs while the body comes.
    case streaming
    /// The handler runs and the request is complete.
    case answering
    /// The answer is out and the body that nobody read is still coming.
    case draining
    /// Not HTTP any more.
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

  /// Parts of a request that came before its turn are kept.
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

  /// An answer is given before the body came whole; the rest of it is of no use.
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
