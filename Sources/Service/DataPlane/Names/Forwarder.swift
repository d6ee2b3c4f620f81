import Addressing
import Glibc
import Kernel
import NameService

/// Forwards queries for names outside the zone. Each query uses its own socket, with a random source port and a random
/// id, which an attacker must guess to forge a response (RFC 5452).
final class Forwarder {
  /// The limits of concurrent queries: in total, and per sandbox so that none starves the others.
  static let limit = 1024
  static let limitPerSandbox = 256

  let loop: EventLoop
  let namespaces: NamespaceSwitcher
  weak var resolver: Resolver?
  private var pending: [ObjectIdentifier: ForwardedQuery] = [:]
  private var counts: [String: Int] = [:]
  /// Upstreams that recently timed out, and the time in milliseconds until which others are preferred.
  private var avoided: [Upstream: UInt64] = [:]

  init(_ loop: EventLoop, _ namespaces: NamespaceSwitcher) {
    self.loop = loop
    self.namespaces = namespaces
  }

  /// Asks the sandbox's upstreams.
  ///
  /// - Parameter completion: called once with the response, under the query's id; SERVFAIL when no upstream answered.
  ///   It may never be called when the sandbox is closed meanwhile.
  func forward(
    _ query: [UInt8], _ bounds: QueryBounds, from sandbox: String, over transport: QueryTransport,
    completion: @escaping ([UInt8]) -> Void
  ) {
    guard let resolver, let open = resolver.sandboxes[sandbox] else { return }
    resolver.counters.forwarded += 1
    guard pending.count < Self.limit, counts[sandbox, default: 0] < Self.limitPerSandbox else {
      resolver.counters.dropped += 1
      completion(Self.failure(query))
      return
    }
    counts[sandbox, default: 0] += 1
    let attempts = ForwardingAttempts(usable(open.record.upstreams))
    let forwarding = ForwardedQuery(
      self, query, bounds, transport: transport, namespace: open.sockets.namespace, attempts: attempts
    ) { [weak self] forwarding, response in
      guard let self else { return }
      pending[ObjectIdentifier(forwarding)] = nil
      let count = counts[sandbox, default: 1]
      counts[sandbox] = count > 1 ? count - 1 : nil
      if response == nil { self.resolver?.counters.unanswered += 1 }
      completion(response ?? Self.failure(query))
    }
    pending[ObjectIdentifier(forwarding)] = forwarding
    forwarding.start()
  }

  /// Prefers other upstreams for ten seconds.
  func avoid(_ upstream: Upstream) {
    if avoided.count > 256 { avoided = avoided.filter { $0.value > loop.now } }
    avoided[upstream] = loop.now + 10_000
  }

  /// The upstreams in the order to ask. Leaves out our own address, which would cause a loop.
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

  private static func failure(_ query: [UInt8]) -> [UInt8] {
    var reply = [UInt8](repeating: 0, count: 512)
    let length = query.withUnsafeBytes { query in
      reply.withUnsafeMutableBytes { FailureReply.write(query, .serverFailure, into: $0) }
    }
    return Array(reply[..<length])
  }
}
