internal import EngineModel
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import TransportSecurity

/// Listens and sets up the pipeline of each connection. It does not know what is served.
final class HTTPServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let limits: ServerLimits
  private let accept: Acceptor
  private let logger: Logger
  private let connections = ConnectionCount()
  private let listeners = Mutex<[any Channel]>([])

  init(limits: ServerLimits = ServerLimits(), threads: Int = 2, logger: Logger, accept: @escaping Acceptor) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    self.limits = limits
    self.accept = accept
    self.logger = logger
  }

  /// Listens on a bound socket of any family.
  ///
  /// - Parameter tls: TLS for its connections.
  func listen(on descriptor: CInt, tls: TLSContext? = nil) async throws {
    let channel = try await bootstrap(tls).withBoundSocket(descriptor).get()
    // NIO listens on a socket that it did not bind with a backlog of 128. The kernel reduces this one to `somaxconn`.
    try await channel.eventLoop.submit { _ = Glibc.listen(descriptor, CInt.max) }.get()
    listeners.withLock { $0.append(channel) }
  }

  /// - Returns: the port; the kernel chooses it when `port` is 0.
  func listen(host: String, port: Int, tls: TLSContext? = nil) async throws -> Int {
    let channel = try await bootstrap(tls).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: host, port: port).get()
    listeners.withLock { $0.append(channel) }
    return channel.localAddress?.port ?? port
  }

  /// Stops listening and closes all connections.
  func shutdown() async {
    let open = listeners.withLock { list in
      defer { list = [] }
      return list
    }
    for channel in open { try? await channel.close().get() }
    connections.closeAll()
    try? await group.shutdownGracefully()
  }

  private func bootstrap(_ tls: TLSContext?) -> ServerBootstrap {
    let (limits, accept, connections, logger) = (limits, accept, connections, logger)
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.maxMessagesPerRead, value: 32)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.add(channel, limit: limits.connections) else {
            guard tls == nil else { return channel.close(promise: nil) }
            let refusal = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            channel.writeAndFlush(channel.allocator.buffer(string: refusal)).whenComplete { _ in
              channel.close(promise: nil)
            }
            return
          }
          if let tls {
            let peer = channel.remoteAddress.map { "\($0)" } ?? "somebody"
            try channel.pipeline.syncOperations.addHandler(
              TLSHandler(tls, handshakeTimeout: limits.headTimeout) { fault in
                logger.info("TLS handshake error from \(peer): \(fault)")
              })
          }
          try Self.addHandlers(to: channel, limits, accept)
        }
      }
  }

  static func addHandlers(to channel: any Channel, _ limits: ServerLimits, _ accept: @escaping Acceptor) throws {
    let guardian = HeadGuard(limits: limits)
    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    let encoder = HTTPResponseEncoder()
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(guardian)
    try pipeline.addHandler(decoder)
    try pipeline.addHandler(encoder)
    try pipeline.addHandler(
      ConnectionHandler(limits: limits, headGuard: guardian, encoder: encoder, decoder: decoder, accept: accept))
  }
}

/// The open connections: enforces the limit and closes all.
private final class ConnectionCount: Sendable {
  private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

  func add(_ channel: any Channel, limit: Int) -> Bool {
    let key = ObjectIdentifier(channel)
    let isAdded = open.withLock { channels in
      guard channels.count < limit else { return false }
      channels[key] = channel
      return true
    }
    if isAdded {
      channel.closeFuture.whenComplete { _ in self.open.withLock { $0[key] = nil } }
    }
    return isAdded
  }

  func closeAll() {
    for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
  }
}
