import Addressing
import CLinux
import Glibc
import Kernel
import NameService

/// A question on its way to the upstreams: over UDP, or over TCP when the client came so. A response that is cut off
/// goes to the client as it is, and the client comes again over TCP.
final class ForwardedQuery: ReadinessHandler {
  private unowned let forwarder: Forwarder
  private let original: [UInt8]
  private var query: [UInt8]
  private let forwarded: ForwardedQuestion
  private let transport: QueryTransport
  private let namespace: NetworkNamespace
  private var attempts: ForwardingAttempts
  private var completion: ((ForwardedQuery, [UInt8]?) -> Void)?

  private var upstream: Upstream?
  private var socket: OwnedDescriptor?
  private var watch: EventLoop.Watch?
  private var timer: TimerQueue.Token?
  /// Over TCP: what is still to be sent, and what has come.
  private var unsent: ArraySlice<UInt8> = []
  private var input: [UInt8] = []
  /// A server's own refusal, given to the client if none does better.
  private var refusal: [UInt8]?

  init(
    _ forwarder: Forwarder, _ question: [UInt8], _ forwarded: ForwardedQuestion, transport: QueryTransport,
    namespace: NetworkNamespace, attempts: ForwardingAttempts,
    completion: @escaping (ForwardedQuery, [UInt8]?) -> Void
  ) {
    self.forwarder = forwarder
    original = question
    query = question
    self.forwarded = forwarded
    self.transport = transport
    self.namespace = namespace
    self.attempts = attempts
    self.completion = completion
  }

  func start() {
    next()
  }

  private func next() {
    endAttempt()
    while let upstream = attempts.next() {
      do {
        try ask(upstream)
        return
      } catch {
        // No route from there, say: the next one may do.
        endAttempt()
      }
    }
    finish(refusal)
  }

  private func ask(_ upstream: Upstream) throws(SystemCallError) {
    self.upstream = upstream
    let id = UInt16.random(in: .min ... .max)
    query[0] = UInt8(id >> 8)
    query[1] = UInt8(truncatingIfNeeded: id)
    let address = SocketAddress(upstream.address, upstream.port)
    let type = transport == .udp ? linux_SOCK_DGRAM : linux_SOCK_STREAM
    let socket =
      if upstream.isInsideSandbox {
        try forwarder.gate.inside(namespace) { () throws(SystemCallError) in
          try Sockets.connecting(to: address, type)
        }
      } else {
        try Sockets.connecting(to: address, type)
      }
    self.socket = socket
    switch transport {
    case .udp:
      guard send(socket.number, query, query.count, linux_MSG_NOSIGNAL) == query.count else {
        throw SystemCallError.last("send")
      }
      watch = try forwarder.loop.add(socket.number, Readiness.read, self)
    case .tcp:
      let length = [UInt8(truncatingIfNeeded: query.count >> 8), UInt8(truncatingIfNeeded: query.count)]
      unsent = (length + query)[...]
      input = []
      watch = try forwarder.loop.add(socket.number, Readiness.write, self)
    }
    timer = forwarder.loop.schedule(after: ForwardingAttempts.timeout) { [weak self] in
      guard let self else { return }
      timer = nil
      forwarder.avoid(upstream)
      next()
    }
  }

  func ready(_ events: UInt32) {
    switch transport {
    case .udp: receiveDatagram()
    case .tcp: carryOnStream()
    }
  }

  private func receiveDatagram() {
    guard let socket else { return }
    // One more than any client takes: what is longer is cut off anyway.
    var buffer = [UInt8](repeating: 0, count: Int(Zone.largestDatagram) + 1)
    // Forged ones may come in numbers; the loop's other work goes on in between.
    let count = recv(socket.number, &buffer, buffer.count, linux_MSG_DONTWAIT)
    if count < 0 {
      if errno == EAGAIN || errno == EINTR { return }
      // Nobody listens there: the kernel says so at once.
      if let upstream { forwarder.avoid(upstream) }
      next()
      return
    }
    judge(Array(buffer[..<count]))
  }

  private func carryOnStream() {
    guard let socket, let watch else { return }
    if !unsent.isEmpty {
      let count = unsent.withUnsafeBytes { send(socket.number, $0.baseAddress, $0.count, linux_MSG_NOSIGNAL) }
      if count < 0 {
        if errno != EAGAIN, errno != EINTR { next() }
        return
      }
      unsent = unsent.dropFirst(count)
      if unsent.isEmpty { forwarder.loop.change(watch, Readiness.read) }
      return
    }
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = read(socket.number, &buffer, buffer.count)
    if count <= 0 {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      next()
      return
    }
    input.append(contentsOf: buffer[..<count])
    guard input.count >= 2 else { return }
    let length = Int(input[0]) << 8 | Int(input[1])
    guard input.count >= 2 + length else { return }
    let response = Array(input[2..<(2 + length)])
    // A connection belongs to one question: what does not fit is no accident.
    if !judge(response) { next() }
  }

  /// - Returns: false for what is not a response to the question.
  @discardableResult
  private func judge(_ response: [UInt8]) -> Bool {
    let verdict = response.withUnsafeBytes { response in
      query.withUnsafeBytes { UpstreamResponse(response, to: $0, questionEnd: forwarded.questionEnd) }
    }
    switch verdict {
    case .foreign: return false
    case .failure:
      refusal = fitted(response)
      next()
    case .good: finish(fitted(response))
    }
    return true
  }

  /// With the client's id, and cut off if it is longer than the client takes.
  private func fitted(_ response: [UInt8]) -> [UInt8] {
    guard response.count <= forwarded.limit else {
      var reply = [UInt8](repeating: 0, count: 512)
      let code = ResponseCode(rawValue: response[3] & 15)
      let length = original.withUnsafeBytes { original in
        reply.withUnsafeMutableBytes { FailureReply.write(original, code, isTruncated: true, into: $0) }
      }
      return Array(reply[..<length])
    }
    var response = response
    response[0] = original[0]
    response[1] = original[1]
    return response
  }

  private func endAttempt() {
    if let watch { forwarder.loop.remove(watch) }
    if let timer { forwarder.loop.cancel(timer) }
    watch = nil
    timer = nil
    socket = nil
  }

  private func finish(_ response: [UInt8]?) {
    endAttempt()
    let completion = completion.take()
    completion?(self, response)
  }
}
