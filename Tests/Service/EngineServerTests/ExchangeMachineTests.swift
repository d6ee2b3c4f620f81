import NIOCore
import NIOHTTP1
import Testing

@testable import EngineServer

/// The HTTP server's state machine without sockets: what it does with each event.
@Suite struct ExchangeMachineTests {
  private var limits: ServerLimits {
    var limits = ServerLimits()
    limits.bodyBytes = 8
    limits.drainedBytes = 8
    return limits
  }

  /// Paths that begin with `/stream` read their body as it arrives; `/wait` ends with its client.
  private func machine() -> ExchangeMachine {
    ExchangeMachine(limits: limits) { head in
      Acceptance(
        body: head.uri.hasPrefix("/stream") ? .streamed : .collected, endsWithClient: head.uri.hasPrefix("/wait")
      ) { _ in ServerResponse(.ok) }
    }
  }

  private func head(_ uri: String, _ headers: [(String, String)] = [], _ method: HTTPMethod = .POST)
    -> HTTPServerRequestPart
  {
    .head(HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: HTTPHeaders([("Host", "d")] + headers)))
  }

  private func body(_ text: String) -> HTTPServerRequestPart { .body(ByteBuffer(string: text)) }

  private func texts(_ actions: [ExchangeMachine.Action]) -> [String] {
    actions.map { action in
      switch action {
      case .stopHeadLimits: "stop head limits"
      case .startHeadLimits: "start head limits"
      case .sendContinue: "100"
      case .startBodyTimer: "start body timer"
      case .stopBodyTimer: "stop body timer"
      case .respond(let exchange):
        switch exchange.body {
        case .collected(let buffer): "respond '\(String(buffer: buffer))'\(exchange.keepsAlive ? "" : ", close")"
        case .streamed: "respond to stream\(exchange.keepsAlive ? "" : ", close")"
        }
      case .passBody(let buffer): "pass '\(String(buffer: buffer))'"
      case .endBody(let error): "end body\(error.map { ": \($0)" } ?? "")"
      case .cancelHandler: "cancel"
      case .read: "read"
      case .sendStatusAndClose(let status): "send \(status)"
      case .close: "close"
      }
    }
  }

  private func receive(_ machine: inout ExchangeMachine, _ parts: HTTPServerRequestPart...) -> [String] {
    parts.flatMap { texts(machine.receive($0, at: .now())) }
  }

  @Test func aCollectedBodyIsWholeBeforeTheHandlerRuns() {
    var machine = machine()
    #expect(
      receive(&machine, head("/a"), body("ab"), body("cd"), .end(nil)) == [
        "stop head limits", "start body timer", "stop body timer", "respond 'abcd'",
      ])
    #expect(machine.phase == .answering)
  }

  @Test func aConnectionIsUsedAgain() {
    var machine = machine()
    _ = receive(&machine, head("/a"), .end(nil))
    #expect(texts(machine.read()) == [])
    #expect(texts(machine.didAnswer(keepsAlive: true, at: .now())) == ["end body", "start head limits", "read"])
    #expect(machine.phase == .idle)
    #expect(receive(&machine, head("/b"), .end(nil)).last == "respond ''")
  }

  @Test func requestsThatArriveEarlyWaitForTheirTurn() {
    var machine = machine()
    #expect(receive(&machine, head("/a"), .end(nil)).last == "respond ''")
    #expect(receive(&machine, head("/b"), body("b"), .end(nil), head("/c"), .end(nil)) == [])
    #expect(
      texts(machine.didAnswer(keepsAlive: true, at: .now())) == [
        "end body", "start head limits", "stop head limits", "start body timer", "stop body timer", "respond 'b'",
      ])
    #expect(texts(machine.didAnswer(keepsAlive: true, at: .now())).last == "respond ''")
    #expect(texts(machine.didAnswer(keepsAlive: true, at: .now())) == ["end body", "start head limits"])
  }

  @Test(arguments: [("Connection", "close"), ("Upgrade", "h2c")])
  func theConnectionClosesWhereTheRequestEndsIt(_ name: String, _ value: String) {
    var machine = machine()
    #expect(receive(&machine, head("/a", [(name, value)]), .end(nil)).last == "respond '', close")
    #expect(texts(machine.didAnswer(keepsAlive: true, at: .now())) == ["end body", "close"])
    #expect(machine.phase == .closed)
  }

  @Test func aClientIsToldToSendABodyThatItAnnounced() {
    var machine = machine()
    #expect(receive(&machine, head("/a", [("Expect", "100-continue")])).contains("100"))
    var other = self.machine()
    #expect(
      receive(&other, head("/a", [("Expect", "miracle")])) == [
        "stop head limits", "stop body timer", "respond '', close",
      ])
  }

  @Test func aStreamedBodyIsPassedOn() {
    var machine = machine()
    #expect(receive(&machine, head("/stream")) == ["stop head limits", "respond to stream"])
    #expect(receive(&machine, body("0123456789"), .end(nil)) == ["pass '0123456789'", "end body"])
    #expect(machine.phase == .answering)
  }

  @Test func aFullReaderHoldsTheClientBack() {
    var machine = machine()
    _ = receive(&machine, head("/stream"), body("a"))
    machine.bodyIsFull()
    #expect(texts(machine.read()) == [])
    #expect(texts(machine.bodyNeedsMore()) == ["read"])
    #expect(texts(machine.bodyNeedsMore()) == [])
    #expect(texts(machine.read()) == ["read"])
  }

  @Test func theRestOfAnUnreadBodyIsDrained() {
    var machine = machine()
    _ = receive(&machine, head("/stream"), body("a"))
    #expect(texts(machine.didAnswer(keepsAlive: true, at: .now())) == ["end body"])
    #expect(machine.phase == .draining)
    #expect(receive(&machine, body("1234"), .end(nil)) == ["start head limits"])
    #expect(machine.phase == .idle)
  }

  @Test func aLongRestEndsTheConnection() {
    var machine = machine()
    _ = receive(&machine, head("/stream"))
    _ = machine.didAnswer(keepsAlive: true, at: .now())
    #expect(receive(&machine, body("12345678")) == [])
    #expect(receive(&machine, body("9")) == ["close"])
  }

  @Test func aBodyThatIsTooLargeIsRefused() {
    var announced = machine()
    #expect(receive(&announced, head("/a", [("Content-Length", "9")])).last == "respond '', close")
    var found = machine()
    #expect(receive(&found, head("/a"), body("12345678"), body("9")).last == "respond '', close")
    // The rest of the refused body waits in the queue until the connection closes.
    #expect(receive(&found, body("10"), .end(nil)) == [])
    #expect(texts(found.didAnswer(keepsAlive: true, at: .now())) == ["end body", "close"])
  }

  @Test func aBodyThatIsTooSlowIsRefused() {
    var machine = machine()
    let start = NIODeadline.now()
    _ = machine.receive(head("/a"), at: start)
    _ = machine.receive(body("a"), at: start + .seconds(10))
    #expect(texts(machine.bodyTimerFired(at: start + .seconds(60))) == ["start body timer"])
    #expect(texts(machine.bodyTimerFired(at: start + .seconds(70))).last == "respond '', close")
    #expect(texts(machine.bodyTimerFired(at: start + .seconds(99))) == [])
  }

  @Test(arguments: [
    (ExchangeMachine.Fault.headTooLarge, "send 431 Request Header Fields Too Large"),
    (.headerOverflow, "send 431 Request Header Fields Too Large"), (.headTooSlow, "send 408 Request Timeout"),
    (.malformed, "send 400 Bad Request"), (.idle, "close"), (.other, "close"),
  ])
  func faultsBeforeARequest(_ fault: ExchangeMachine.Fault, _ action: String) {
    var machine = machine()
    #expect(texts(machine.failed(fault)) == [action])
  }

  @Test func bytesThatCannotBeParsedEndTheBodyOrTheConnection() {
    var collecting = machine()
    _ = receive(&collecting, head("/a"))
    #expect(texts(collecting.failed(.malformed)).last == "respond '', close")
    var streaming = machine()
    _ = receive(&streaming, head("/stream"))
    #expect(texts(streaming.failed(.malformed)) == ["end body: \(RequestError.truncated)"])
    var answering = machine()
    _ = receive(&answering, head("/a"), .end(nil))
    #expect(texts(answering.failed(.malformed)) == [])
    #expect(texts(answering.didAnswer(keepsAlive: true, at: .now())) == ["end body", "close"])
  }

  @Test func theClientClosesItsSide() {
    var idle = machine()
    #expect(texts(idle.inputClosed()) == ["close"])
    var collecting = machine()
    _ = receive(&collecting, head("/a"), body("a"))
    #expect(texts(collecting.inputClosed()).last == "respond '', close")
    var streaming = machine()
    _ = receive(&streaming, head("/stream"))
    #expect(texts(streaming.inputClosed()) == ["end body: \(RequestError.truncated)"])
    // A whole answer is still sent; a stream and a handler that waits for its client end.
    var answering = machine()
    _ = receive(&answering, head("/a"), .end(nil))
    #expect(texts(answering.inputClosed()) == [])
    #expect(texts(answering.didStartStream()) == ["cancel"])
    var waiting = machine()
    _ = receive(&waiting, head("/wait"), .end(nil))
    #expect(texts(waiting.inputClosed()) == ["cancel"])
  }

  @Test func aLostConnectionEndsTheStreamAndNotTheChange() {
    var changing = machine()
    _ = receive(&changing, head("/a"), .end(nil))
    #expect(!texts(changing.connectionClosed()).contains("cancel"))
    var streaming = machine()
    _ = receive(&streaming, head("/a"), .end(nil))
    _ = streaming.didStartStream()
    #expect(texts(streaming.connectionClosed()).contains("cancel"))
    #expect(streaming.phase == .closed)
  }

  @Test func aHandlerTakesTheConnectionOverAfterTheBody() {
    var machine = machine()
    _ = receive(&machine, head("/a", [("Connection", "Upgrade"), ("Upgrade", "tcp")]), body("{}"), .end(nil))
    #expect(texts(machine.hijack()) == ["stop body timer", "end body"])
    #expect(machine.phase == .hijacked)
    #expect(receive(&machine, body("raw"), .end(nil)) == [])
    #expect(texts(machine.read()) == [])
    #expect(texts(machine.inputClosed()) == [])
    #expect(machine.isInputClosed)
  }

  @Test func aHandlerTakesTheConnectionOverBeforeTheBodyEnds() {
    var machine = machine()
    _ = receive(&machine, head("/stream"), body("a"))
    #expect(texts(machine.hijack()) == ["stop body timer", "end body"])
    #expect(receive(&machine, body("b"), .end(nil)) == [])
    #expect(machine.phase == .hijacked)
  }

  @Test func anUpgradeThatIsRefusedClosesTheConnection() {
    var machine = machine()
    _ = receive(&machine, head("/a", [("Connection", "Upgrade"), ("Upgrade", "tcp")]), .end(nil))
    #expect(texts(machine.didAnswer(keepsAlive: true, at: .now())) == ["end body", "close"])
  }
}
