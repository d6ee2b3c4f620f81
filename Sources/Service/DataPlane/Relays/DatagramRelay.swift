import Addressing
import CLinux
import Glibc
import Kernel
import NetworkPlan

/// Relays datagrams between clients and a container's port. Each client has its own socket towards the container, so
/// that replies can be matched to it.
final class DatagramRelay: ReadinessHandler {
  /// Milliseconds without a datagram after which a client's socket is closed, as in docker-proxy.
  private static let idleLimit: UInt64 = 90_000
  private static let clientLimit = 1024

  private unowned let relays: Relays
  private let socket: OwnedDescriptor
  private let relay: PortRelay
  private var watch: EventLoop.Watch?
  private var clients: [Client.Key: Client] = [:]
  private var sweep: TimerQueue.Token?

  init(_ relays: Relays, _ relay: PortRelay, _ socket: OwnedDescriptor) throws(SystemCallError) {
    self.relays = relays
    self.relay = relay
    self.socket = socket
    // The socket of a reservation has no receive buffer.
    try Sockets.set(socket, SOL_SOCKET, SO_RCVBUF, 1 << 20)
    // A socket on all addresses must reply from the address that received the datagram.
    if relay.listen.family == .ipv6 {
      try Sockets.set(socket, Int32(IPPROTO_IPV6), linux_IPV6_RECVPKTINFO, 1)
    } else {
      try Sockets.set(socket, Int32(IPPROTO_IP), linux_IP_PKTINFO, 1)
    }
    watch = try relays.loop.add(socket.number, Readiness.read, self)
    scheduleSweep()
  }

  func close() {
    if let watch { relays.loop.remove(watch) }
    watch = nil
    // The reservation may keep the socket.
    try? Sockets.set(socket, SOL_SOCKET, SO_RCVBUF, 0)
    if let sweep { relays.loop.cancel(sweep) }
    for client in clients.values { client.close() }
    clients = [:]
  }

  func ready(_ events: UInt32) {
    for _ in 0..<32 {
      guard let datagram = PacketIO.receive(socket.number, buffer: relays.buffer) else { return }
      // A socket shared with a reservation of all addresses receives more than this relay is for.
      guard relay.listen.isUnspecified || datagram.local == nil || datagram.local == relay.listen else { continue }
      let key = Client.Key(address: datagram.peer, local: datagram.local)
      guard let client = clients[key] ?? makeClient(key) else { continue }
      client.lastUse = relays.loop.now
      _ = send(client.socket.number, relays.buffer.baseAddress, datagram.length, linux_MSG_DONTWAIT)
    }
  }

  private func makeClient(_ key: Client.Key) -> Client? {
    guard clients.count < Self.clientLimit else { return nil }
    let target = SocketAddress(relay.target, relay.targetPort)
    guard let upstream = try? Sockets.connecting(to: target, linux_SOCK_DGRAM) else { return nil }
    let client = Client(relays, upstream) { [weak self] buffer, length in
      guard let self else { return }
      clients[key]?.lastUse = relays.loop.now
      PacketIO.send(socket.number, buffer.baseAddress, length, to: key.address, from: key.local)
    }
    guard client.start() else { return nil }
    clients[key] = client
    relays.counters.relayedConnections += 1
    return client
  }

  private func scheduleSweep() {
    sweep = relays.loop.schedule(after: Self.idleLimit / 3) { [weak self] in
      guard let self else { return }
      for (key, client) in clients where client.lastUse + Self.idleLimit < relays.loop.now {
        client.close()
        clients[key] = nil
      }
      scheduleSweep()
    }
  }

  private final class Client: ReadinessHandler {
    struct Key: Hashable {
      let address: SocketAddress
      /// The local address that the client sends to.
      let local: IPAddress?
    }

    let socket: OwnedDescriptor
    var lastUse: UInt64
    private unowned let relays: Relays
    private let answered: (UnsafeMutableRawBufferPointer, Int) -> Void
    private var watch: EventLoop.Watch?

    init(
      _ relays: Relays, _ socket: OwnedDescriptor, answered: @escaping (UnsafeMutableRawBufferPointer, Int) -> Void
    ) {
      self.relays = relays
      self.socket = socket
      self.answered = answered
      lastUse = relays.loop.now
    }

    func start() -> Bool {
      watch = try? relays.loop.add(socket.number, Readiness.read, self)
      return watch != nil
    }

    func close() {
      if let watch { relays.loop.remove(watch) }
      watch = nil
    }

    func ready(_ events: UInt32) {
      for _ in 0..<32 {
        // ECONNREFUSED reports an earlier datagram; reading it clears it.
        let count = recv(socket.number, relays.buffer.baseAddress, relays.buffer.count, linux_MSG_DONTWAIT)
        guard count >= 0 else { return }
        answered(relays.buffer, count)
      }
    }
  }
}
