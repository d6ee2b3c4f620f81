import Addressing
import CLinux
import Glibc
import Kernel
import NetworkPlan

/// The relays of published ports that the kernel cannot translate, by owner.
final class Relays {
  /// The limit of concurrent connections.
  private static let connectionLimit = 4096

  let loop: EventLoop
  /// Shared by all relays; each uses it only during one read.
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: RelayStream.bufferSize, alignment: 64)
  var counters = DataPlaneStatus.Counters()
  private let reservedPorts: ReservedPorts
  private var open: [PortRelay: Listener] = [:]
  private var desired: [String: [PortRelay]] = [:]
  /// Desired relays that are not open.
  private var missing: Set<PortRelay> = []
  private var connections: [ObjectIdentifier: RelayConnection] = [:]

  private enum Listener {
    case stream(Acceptor, OwnedDescriptor, isReserved: Bool)
    case datagram(DatagramRelay)

    func close() {
      switch self {
      case .stream(let acceptor, let socket, let isReserved):
        acceptor.close()
        if isReserved { ReservedPorts.stopListening(socket) }
      case .datagram(let relay):
        relay.close()
      }
    }
  }

  init(_ loop: EventLoop, _ reservedPorts: ReservedPorts) {
    self.loop = loop
    self.reservedPorts = reservedPorts
  }

  deinit { buffer.deallocate() }

  var count: Int { open.count }

  /// Sets the owner's relays. Open relays that stay keep their connections; connections of removed relays continue to
  /// their end.
  func set(_ relays: [PortRelay], owner: String) {
    let removed = Set(desired[owner] ?? []).subtracting(relays)
    desired[owner] = relays.isEmpty ? nil : relays
    missing.subtract(removed)
    for relay in removed { open.removeValue(forKey: relay)?.close() }
    for relay in relays where open[relay] == nil { missing.insert(relay) }
    openMissing()
  }

  /// Closes the listeners whose reservation changes. ``openMissing()`` opens them again.
  func closeListeners(owner: String) {
    for relay in desired[owner] ?? [] {
      open.removeValue(forKey: relay)?.close()
      missing.insert(relay)
    }
  }

  /// Opens the desired relays that are not open.
  ///
  /// - Returns: the relays that failed.
  @discardableResult
  func openMissing() -> [(relay: PortRelay, error: SystemCallError)] {
    var failures: [(PortRelay, SystemCallError)] = []
    for relay in missing {
      do {
        open[relay] = try listen(relay)
        missing.remove(relay)
      } catch {
        failures.append((relay, error))
      }
    }
    return failures
  }

  private func listen(_ relay: PortRelay) throws(SystemCallError) -> Listener {
    let address = SocketAddress(relay.listen, relay.port)
    let reserved = reservedPorts.socket(covering: relay)
    switch relay.transport {
    case .tcp:
      let socket = if let reserved { reserved } else { try Sockets.bound(address, linux_SOCK_STREAM, reuse: true) }
      try ReservedPorts.startListening(socket, backlog: 256)
      let acceptor = try Acceptor(loop, socket) { [weak self] client in self?.carry(client, relay) }
      return .stream(acceptor, socket, isReserved: reserved != nil)
    case .udp:
      let socket = if let reserved { reserved } else { try Sockets.bound(address, linux_SOCK_DGRAM) }
      return .datagram(try DatagramRelay(self, relay, socket))
    case .sctp:
      throw SystemCallError(errno: EPROTONOSUPPORT, call: "socket", subject: "SCTP relay")
    }
  }

  private func carry(_ client: OwnedDescriptor, _ relay: PortRelay) {
    // The socket of a reservation may listen on more addresses than the relay.
    let isOurs =
      relay.listen.isUnspecified || SocketAddress.local(of: client.number)?.address == relay.listen
    guard isOurs, connections.count < Self.connectionLimit else {
      Sockets.resetOnClose(client)
      return
    }
    let target = SocketAddress(relay.target, relay.targetPort)
    do {
      let connection = try RelayConnection(self, client: client, target: target) { [weak self] connection in
        self?.connections[ObjectIdentifier(connection)] = nil
      }
      connections[ObjectIdentifier(connection)] = connection
      counters.relayedConnections += 1
    } catch {
      Sockets.resetOnClose(client)
    }
  }
}
