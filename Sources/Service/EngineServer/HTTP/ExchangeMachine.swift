internal import NIOCore
internal import NIOHTTP1

/// The HTTP/1.1 server's side of one connection, as a value: it takes what happens and returns what to do, in order.
///
/// It answers one request at a time. Requests that arrive early (pipelining) wait in a queue, and nothing more is read
/// from the socket meanwhile.
struct ExchangeMachine {
  enum Phase: Sendable, Hashable {
    /// No request is open.
    case idle
    /// The body is being collected; the request handler does not run yet.
    case collecting
    /// The request handler runs while the body arrives.
    case streaming
    /// The request handler runs and the request is complete.
    case answering
    /// The answer is sent, and the rest of a body that nobody reads still arrives.
    case draining
    /// The connection is no longer HTTP.
    case hijacked
    case closed
  }

  /// A request whose handler must run.
  struct Exchange {
    enum Body {
      case collected(ByteBuffer)
      /// The parts follow as ``Action/passBody(_:)`` and ``Action/endBody(_:)``.
      case streamed
    }

    let acceptance: Acceptance
    let body: Body
    let version: HTTPVersion
    let isHeadOnly: Bool
    let keepsAlive: Bool
  }

  enum Action {
    /// The head is complete: stop the limits on heads.
    case stopHeadLimits
    /// The next head may come: start the limits on heads.
    case startHeadLimits
    case sendContinue(HTTPVersion)
    case startBodyTimer(TimeAmount)
    case stopBodyTimer
    case respond(Exchange)
    /// Give a part of a streamed body to its reader. Report a full reader with ``ExchangeMachine/bodyIsFull()``.
    case passBody(ByteBuffer)
    case endBody(RequestError?)
    /// The client left: cancel the running request handler.
    case cancelHandler
    case read
    /// Answer bytes that are not a request with a plain status, then close.
    case sendStatusAndClose(String)
    case close
  }

  /// An error of the pipeline below.
  enum Fault: Sendable, Hashable {
    /// Nothing arrived for ``ServerLimits/idleTimeout``.
    case idle
    case headTooSlow
    case headTooLarge
    /// The parser gave up because of the size of a head or trailer.
    case headerOverflow
    /// The parser found something that is not HTTP.
    case malformed
    case other
  }

  private let limits: ServerLimits
  private let accept: Acceptor

  private(set) var phase = Phase.idle
  /// The client closed its side.
  private(set) var isInputClosed = false
  private var keepsAlive = true
  private var version = HTTPVersion.http1_1
  private var isHeadOnly = false
  /// Parts of later requests.
  private var queue = CircularBuffer<HTTPServerRequestPart>()
  private var acceptance: Acceptance?
  private var collected: ByteBuffer?
  private var drainedBytes = 0
  private var lastPart = NIODeadline.now()
  private var isReadPending = false
  private var isBodyFull = false
  private var isStreamingAnswer = false
  private var endsWithClient = false

  init(limits: ServerLimits, accept: @escaping Acceptor) {
    self.limits = limits
    self.accept = accept
  }

  // MARK: Requests

  mutating func receive(_ part: HTTPServerRequestPart, at now: NIODeadline) -> [Action] {
    guard phase != .answering else {
      queue.append(part)
      return []
    }
    lastPart = now
    return switch part {
    case .head(let head): receive(head)
    case .body(let buffer): receive(buffer)
    case .end: receiveEnd(at: now)
    }
  }

  private mutating func receive(_ head: HTTPRequestHead) -> [Action] {
    version = head.version.major == 1 ? head.version : .http1_1
    isHeadOnly = head.method == .HEAD
    if let response = HeadError.of(head) { return [.stopHeadLimits] + refuse(response) }
    let acceptance = accept(head)
    let isStreamed = if case .streamed = acceptance.body { true } else { false }
    if !isStreamed, let length = head.headers.first(name: "content-length").flatMap({ Int($0) }),
      length > limits.bodyBytes
    {
      return [.stopHeadLimits] + refuse(.tooLarge(limit: limits.bodyBytes))
    }
    guard phase == .idle else { return [.stopHeadLimits] }
    // After a request that offers an upgrade the parser takes the rest of the connection for another protocol.
    keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
    var actions = [Action.stopHeadLimits]
    if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
      actions.append(.sendContinue(head.version))
    }
    if isStreamed {
      phase = .streaming
      actions.append(respond(acceptance, .streamed))
    } else {
      phase = .collecting
      self.acceptance = acceptance
      collected = ByteBuffer()
      actions.append(.startBodyTimer(limits.bodyTimeout))
    }
    return actions
  }

  private mutating func receive(_ buffer: ByteBuffer) -> [Action] {
    switch phase {
    case .collecting:
      guard (collected?.readableBytes ?? 0) + buffer.readableBytes <= limits.bodyBytes else {
        return refuse(.tooLarge(limit: limits.bodyBytes))
      }
      var buffer = buffer
      collected?.writeBuffer(&buffer)
      return []
    case .streaming: return [.passBody(buffer)]
    case .draining:
      drainedBytes += buffer.readableBytes
      return drainedBytes > limits.drainedBytes ? [.close] : []
    case .idle, .answering, .hijacked, .closed: return []
    }
  }

  private mutating func receiveEnd(at now: NIODeadline) -> [Action] {
    switch phase {
    case .collecting:
      phase = .answering
      guard let acceptance = acceptance.take(), let body = collected.take() else { return [.stopBodyTimer] }
      return [.stopBodyTimer, respond(acceptance, .collected(body))]
    case .streaming:
      phase = .answering
      return [.endBody(nil)]
    case .draining:
      phase = .idle
      return nextRequest(at: now)
    case .idle, .answering, .hijacked, .closed: return []
    }
  }

  /// Answers before the request is complete; the connection closes afterwards.
  private mutating func refuse(_ response: ServerResponse) -> [Action] {
    acceptance = nil
    collected = nil
    if phase == .collecting || phase == .idle {
      keepsAlive = false
      phase = .answering
    }
    return [
      .stopBodyTimer, respond(Acceptance(body: .collected) { _ in response }, .collected(ByteBuffer())),
    ]
  }

  private mutating func refuse(_ error: RequestError) -> [Action] {
    refuse(.message(error.description, status: error.status))
  }

  private mutating func respond(_ acceptance: Acceptance, _ body: Exchange.Body) -> Action {
    endsWithClient = acceptance.endsWithClient
    return .respond(
      Exchange(
        acceptance: acceptance, body: body, version: version, isHeadOnly: isHeadOnly, keepsAlive: keepsAlive))
  }

  /// The timer of ``Action/startBodyTimer(_:)`` fired. Every part of the body gives the client the whole time again.
  mutating func bodyTimerFired(at now: NIODeadline) -> [Action] {
    guard phase == .collecting else { return [] }
    let rest = lastPart + limits.bodyTimeout - now
    return rest > .zero ? [.startBodyTimer(max(.milliseconds(1), rest))] : refuse(.tooSlow)
  }

  // MARK: Reading

  private var mayRead: Bool {
    switch phase {
    case .idle, .collecting, .streaming, .draining: true
    case .answering, .hijacked, .closed: false
    }
  }

  /// The channel wants to read.
  mutating func read() -> [Action] {
    if mayRead, !isBodyFull { return [.read] }
    isReadPending = true
    return []
  }

  /// The reader of a streamed body has more than it can use.
  mutating func bodyIsFull() { isBodyFull = true }

  /// The reader of a streamed body can take more, or left.
  mutating func bodyNeedsMore() -> [Action] {
    isBodyFull = false
    guard isReadPending, mayRead else { return [] }
    isReadPending = false
    return [.read]
  }

  // MARK: Answers

  /// The answer is a stream, which ends when its client leaves.
  mutating func didStartStream() -> [Action] {
    isStreamingAnswer = true
    return isInputClosed ? [.cancelHandler] : []
  }

  /// - Parameter answerKeepsAlive: the answer did not announce that the connection closes.
  mutating func didAnswer(keepsAlive answerKeepsAlive: Bool, at now: NIODeadline) -> [Action] {
    isStreamingAnswer = false
    endsWithClient = false
    isBodyFull = false
    guard keepsAlive, answerKeepsAlive, !isInputClosed, phase == .streaming || phase == .answering else {
      phase = .closed
      return [.endBody(nil), .close]
    }
    guard phase == .answering else {
      phase = .draining
      drainedBytes = 0
      return [.endBody(nil)] + bodyNeedsMore()
    }
    phase = .idle
    return [.endBody(nil)] + nextRequest(at: now)
  }

  private mutating func nextRequest(at now: NIODeadline) -> [Action] {
    var actions = [Action.startHeadLimits]
    // A client may send thousands of requests before it reads the first answer: each part leaves the queue once.
    while phase != .answering, let part = queue.popFirst() { actions += receive(part, at: now) }
    return actions + bodyNeedsMore()
  }

  // MARK: The end of HTTP

  /// The request handler takes over the connection. The parser hands on the bytes that it did not use.
  mutating func hijack() -> [Action] {
    phase = .hijacked
    return [.stopBodyTimer, .endBody(nil)]
  }

  mutating func inputClosed() -> [Action] {
    isInputClosed = true
    switch phase {
    case .collecting: return refuse(.truncated)
    case .streaming: return [.endBody(.truncated)]
    case .answering: return isStreamingAnswer || endsWithClient ? [.cancelHandler] : []
    case .idle, .draining: return [.close]
    case .hijacked, .closed: return []
    }
  }

  /// The connection is gone. A handler that changes something runs to its end, whether or not its client waits.
  mutating func connectionClosed() -> [Action] {
    phase = .closed
    queue.removeAll()
    acceptance = nil
    collected = nil
    return [.stopBodyTimer, .endBody(.disconnected)] + (isStreamingAnswer || endsWithClient ? [.cancelHandler] : [])
  }

  mutating func failed(_ fault: Fault) -> [Action] {
    if fault == .idle { return [.close] }
    switch (phase, fault) {
    case (.idle, .headTooSlow): return sendStatus("408 Request Timeout")
    case (.idle, .headTooLarge), (.idle, .headerOverflow): return sendStatus("431 Request Header Fields Too Large")
    case (.idle, .malformed): return sendStatus("400 Bad Request")
    case (.collecting, .malformed), (.collecting, .headerOverflow): return refuse(.truncated)
    case (.streaming, .malformed), (.streaming, .headerOverflow): return [.endBody(.truncated)]
    case (.answering, _):
      // The bytes that cannot be parsed follow the request that is being answered: the connection ends with this answer.
      // The decoder fails again on each piece that follows.
      isInputClosed = true
      return []
    default: return [.close]
    }
  }

  private mutating func sendStatus(_ status: String) -> [Action] {
    phase = .closed
    return [.sendStatusAndClose(status)]
  }
}
