import Addressing
import Glibc
import Kernel
import NameService

/// Hands on the questions that are not ours. Each has its own socket, so a source port of its own chosen by the kernel at
/// random, and an id of its own: whoever wants to forge a response has to guess both (RFC 5452).
final class Forwarder {
  /// Questions under way at a time: for all, and for one sandbox, so that none crowds out the others.
  static let limit = 1024
  static let limitPerSandbox = 256

  let loop: EventLoop
  let gate: NamespaceGate
  weak var resolver: Resolver?
  private var underway: [ObjectIdentifier: ForwardedQuery] = [:]
  private var counts: [String: Int] = [:]
  /// Upstreams that lately gave no answer, and until when others go first, in milliseconds.
  private var avoided: [Upstream: UInt64] = [:]

  init(_ loop: EventLoop, _ gate: NamespaceGate) {
    self.loop = loop
    self.gate = gate
  }

  /// Asks the sandbox's upstreams.
  ///
  /// - Parameter completion: called once with the response, its id that of the question; SERVFAIL when no upstream gave
  ///   one. When the sandbox is closed meanwhile it may never be called.
  func forward(
    _ question: [UInt8], _ forwarded: ForwardedQuestion, from sandbox: String, over transport: QueryTransport,
    completion: @escaping ([UInt8]) -> Void
  ) {
    guard let resolver, let open = resolver.sandboxes[sandbox] else { return }
    resolver.counters.forwarded += 1
    guard underway.count < Self.limit, counts[sandbox, default: 0] < Self.limitPerSandbox else {
      resolver.counters.dropped += 1
      completion(Self.failure(question))
      return
    }
    counts[sandbox, default: 0] += 1
    let attempts = ForwardingAttempts(usable(open.record.upstreams))
    let query = ForwardedQuery(
      self, question, forwarded, transport: transport, namespace: open.sockets.namespace, attempts: attempts
    ) { [weak self] query, response in
      guard let self else { return }
      underway[ObjectIdentifier(query)] = nil
      let count = counts[sandbox, default: 1]
      counts[sandbox] = count > 1 ? count - 1 : nil
      if response == nil { self.resolver?.counters.unanswered += 1 }
      completion(response ?? Self.failure(question))
    }
    underway[ObjectIdentifier(query)] = query
    query.start()
  }

  /// Lets others go first for a while.
  func avoid(_ upstream: Upstream) {
    if avoided.count > 256 { avoided = avoided.filter { $0.value > loop.now } }
    avoided[upstream] = loop.now + 10_000
  }

  /// In the order to ask them. Our own address would come back to us, for ever.
  private func usable(_ upstreams: [Upstream]) -> [Upstream] {
    let real = upstreams.filter { !($0.isInsideSandbox && $0.address == SandboxSockets.address) }
    guard !avoided.isEmpty else { return real }
    var first: [Upstream] = []
    var last: [Upstream] = []
    for upstream in real {
      if let end = avoided[upstream], end > loop.now { last.append(upstream) } else { first.append(upstream) }
    }
    return first + last
  }

  private static func failure(_ question: [UInt8]) -> [UInt8] {
    var reply = [UInt8](repeating: 0, count: 512)
    let length = question.withUnsafeBytes { question in
      reply.withUnsafeMutableBytes { FailureReply.write(question, .serverFailure, into: $0) }
    }
    return Array(reply[..<length])
  }
}
