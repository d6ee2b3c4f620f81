import CLinux
import Glibc
import Kernel
import NameService

/// A client's TCP connection to its resolver (RFC 7766): length-prefixed queries. Replies to forwarded queries may
/// arrive in any order.
final class StreamConnection: ReadinessHandler {
  /// Milliseconds without a complete query after which the connection is closed.
  static let idleLimit: UInt64 = 10_000
  /// Octets of unsent replies above which no more queries are read.
  private static let backlogLimit = 256 << 10
  private static let concurrentQueryLimit = 64

  private unowned let resolver: Resolver
  private let socket: OwnedDescriptor
  private let client: Zone.Client
  private let sandbox: String
  private let closed: (StreamConnection) -> Void
  private var watch: EventLoop.Watch?
  private var timer: TimerQueue.Token?
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  private var outstanding = 0
  private var hasEnded = false

  init(
    _ resolver: Resolver, _ socket: OwnedDescriptor, client: Zone.Client, sandbox: String,
    closed: @escaping (StreamConnection) -> Void
  ) throws(SystemCallError) {
    self.resolver = resolver
    self.socket = socket
    self.client = client
    self.sandbox = sandbox
    self.closed = closed
    watch = try resolver.loop.add(socket.number, Readiness.read, self)
    restartTimer()
  }

  func close() {
    guard let watch else { return }
    resolver.loop.remove(watch)
    self.watch = nil
    if let timer { resolver.loop.cancel(timer) }
    closed(self)
  }

  func ready(_ events: UInt32) {
    if events & (Readiness.error | Readiness.hangup) != 0 {
      close()
      return
    }
    if events & Readiness.read != 0 { receive() }
    flush()
  }

  private func receive() {
    var buffer = resolver.streamBuffer
    let count = read(socket.number, &buffer, buffer.count)
    if count < 0 {
      if errno != EAGAIN, errno != EINTR { close() }
      return
    }
    if count == 0 {
      // The client may have closed only its sending side and still wait for replies.
      hasEnded = true
      return
    }
    input.append(contentsOf: buffer[..<count])
    var start = 0
    while input.count - start >= 2, watch != nil {
      let length = Int(input[start]) << 8 | Int(input[start + 1])
      guard input.count - start - 2 >= length else { break }
      answer(Array(input[(start + 2)..<(start + 2 + length)]))
      start += 2 + length
      restartTimer()
    }
    input.removeFirst(start)
  }

  private func answer(_ query: [UInt8]) {
    let resolution = query.withUnsafeBytes { query in
      resolver.streamReply.withUnsafeMutableBytes { reply in
        resolver.zone.answer(query, from: client, over: .tcp, into: reply)
      }
    }
    switch resolution {
    case .reply(let length):
      resolver.counters.answered += 1
      append(resolver.streamReply[..<length])
    case .forward(let bounds):
      outstanding += 1
      resolver.forwarder.forward(query, bounds, from: sandbox, over: .tcp) { [weak self] response in
        guard let self, watch != nil else { return }
        outstanding -= 1
        append(response[...])
        flush()
      }
    case .ignore:
      close()
    }
  }

  private func append(_ reply: ArraySlice<UInt8>) {
    output.append(UInt8(truncatingIfNeeded: reply.count >> 8))
    output.append(UInt8(truncatingIfNeeded: reply.count))
    output.append(contentsOf: reply)
  }

  private func flush() {
    guard let watch else { return }
    if !output.isEmpty {
      let count = send(socket.number, output, output.count, linux_MSG_NOSIGNAL)
      if count < 0, errno != EAGAIN, errno != EINTR {
        close()
        return
      }
      output.removeFirst(max(0, count))
    }
    if hasEnded, output.isEmpty, outstanding == 0 {
      close()
      return
    }
    let reads = !hasEnded && output.count < Self.backlogLimit && outstanding < Self.concurrentQueryLimit
    resolver.loop.change(watch, (reads ? Readiness.read : 0) | (output.isEmpty ? 0 : Readiness.write))
  }

  private func restartTimer() {
    if let timer { resolver.loop.cancel(timer) }
    timer = resolver.loop.schedule(after: Self.idleLimit) { [weak self] in self?.close() }
  }
}
