import Addressing
import CLinux
import Glibc
import Kernel
import NameService

/// A query that is being forwarded, over the transport that the client used. The client receives a truncated response
/// unchanged and repeats its query over TCP.
final class ForwardedQuery: ReadinessHandler {
  private unowned let forwarder: Forwarder
  private let original: [UInt8]
  private var query: [UInt8]
  private let bounds: QueryBounds
  private let transport: QueryTransport
  private let namespace: NetworkNamespace
  private var attempts: ForwardingAttempts
  private var completion: ((ForwardedQuery, [UInt8]?) -> Void)?

  private var upstream: Upstream?
  private var socket: OwnedDescriptor?
  private var watch: EventLoop.Watch?
  private var timer: TimerQueue.Token?
  /// For TCP: the bytes to send and the bytes received.
  private var unsent: ArraySlice<UInt8> = []
  private var input: [UInt8] = []
  /// An upstream's error response. The client receives it when no other upstream answers.
  private var refusal: [UInt8]?

  init(
    _ forwarder: Forwarder, _ original: [UInt8], _ bounds: QueryBounds, transport: QueryTransport,
    namespace: NetworkNamespace, attempts: ForwardingAttempts,
    completion: @escaping (ForwardedQuery, [UInt8]?) -> Void
  ) {
    self.forwarder = forwarder
    self.original = original
    query = original
    self.bounds = bounds
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
        // For example no route to the host. Another upstream may work.
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
        try forwarder.namespaces.run(in: namespace) { () throws(SystemCallError) in
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
    case .tcp: continueStream()
    }
  }

  private func receiveDatagram() {
    guard let socket else { return }
    // One octet more than the largest reply: longer responses are truncated anyway.
    var buffer = [UInt8](repeating: 0, count: Int(Zone.largestDatagram) + 1)
    // One per wake-up, so that a flood of forged responses does not starve the loop.
    let count = recv(socket.number, &buffer, buffer.count, linux_MSG_DONTWAIT)
    if count < 0 {
      if errno == EAGAIN || errno == EINTR { return }
      // An ICMP error: the upstream does not listen.
      if let upstream { forwarder.avoid(upstream) }
      next()
      return
    }
    receive(response: Array(buffer[..<count]))
  }

  private func continueStream() {
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
    // The connection carries one query, so a mismatched response is an error.
    if !receive(response: response) { next() }
  }

  /// - Returns: `false` when this is not a response to the query.
  @discardableResult
  private func receive(response: [UInt8]) -> Bool {
    let verdict = response.withUnsafeBytes { response in
      query.withUnsafeBytes { UpstreamResponse(response, to: $0, questionEnd: bounds.questionEnd) }
    }
    switch verdict {
    case .unrelated: return false
    case .failure:
      refusal = fitted(response)
      next()
    case .answer: finish(fitted(response))
    }
    return true
  }

  /// The response with the client's id, truncated to the client's limit.
  private func fitted(_ response: [UInt8]) -> [UInt8] {
    guard response.count <= bounds.limit else {
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
