import Addressing
import CLinux
import Glibc
import Kernel
import NetworkPlan

/// The host ports that are reserved for containers: bound sockets that do not listen. Packets from outside never reach
/// them because the kernel translates their destination first.
///
/// A port on all addresses of both families needs one dual-stack socket, which saves descriptors.
final class ReservedPorts {
  /// The first phase of a change: sockets that are open but not yet in use.
  struct Prepared {
    fileprivate var owners: [String: Set<PortReservation>] = [:]
    fileprivate var opened: [PortReservation: Socket?] = [:]
    /// Ports that are unavailable at the moment.
    fileprivate var missing: Set<PortReservation> = []
    var failures: [DataPlaneRejection.Reason] = []

    /// Owners whose sockets may change.
    fileprivate(set) var affectedOwners: Set<String> = []
  }

  fileprivate struct Socket {
    let descriptor: OwnedDescriptor
    /// Whether the socket also holds the port of the other family.
    var isDualStack = false
  }

  private struct Reservation {
    var owner: String
    /// `nil` for a transport that the kernel does not support, and for a missing port.
    var socket: Socket?
  }

  private var reservations: [PortReservation: Reservation] = [:]
  private var portsByOwner: [String: Set<PortReservation>] = [:]
  /// Reserved ports that could not be bound.
  private var missing: Set<PortReservation> = []

  var count: Int { reservations.count }

  /// Opens the new ports and collects the failures.
  func prepare(_ changes: [DataPlaneChange]) -> Prepared {
    var prepared = Prepared()
    for change in changes {
      switch change {
      case .reserve(let ports, let owner): prepared.owners[owner] = Set(ports)
      case .release(let owner): prepared.owners[owner] = []
      default: break
      }
    }
    prepared.affectedOwners = Set(prepared.owners.keys).union(prepared.owners.keys.flatMap(partners))
    var seen: Set<PortReservation> = []
    for (owner, ports) in prepared.owners.sorted(by: { $0.key < $1.key }) {
      var paired: Set<PortReservation> = []
      for port in ports.sorted() where paired.remove(port) == nil {
        let reservation = reservations[port]
        // A port that its owner releases in the same request is handed over.
        let isFree = reservation.map { $0.owner == owner || prepared.owners[$0.owner]?.contains(port) == false } ?? true
        guard isFree, seen.insert(port).inserted else {
          prepared.failures.append(.port(port, errno: EADDRINUSE))
          prepared.owners[owner]?.remove(port)
          continue
        }
        if reservation != nil, !missing.contains(port) { continue }
        if let otherFamily = port.otherFamily, ports.contains(otherFamily), reservations[otherFamily] == nil,
          !seen.contains(otherFamily),
          let both = Self.openDualStack(port)
        {
          prepared.opened[port] = .some(both)
          prepared.opened[otherFamily] = .some(both)
          seen.insert(otherFamily)
          paired.insert(otherFamily)
          continue
        }
        do {
          prepared.opened[port] = .some(try Self.open(port))
        } catch {
          prepared.failures.append(.port(port, errno: error.errno))
          prepared.missing.insert(port)
        }
      }
    }
    return prepared
  }

  /// Owners that share a dual-stack socket with this one, because the port of one family was handed over alone.
  private func partners(of owner: String) -> [String] {
    (portsByOwner[owner] ?? []).compactMap { port in
      guard reservations[port]?.socket?.isDualStack == true,
        let partner = port.otherFamily.flatMap({ reservations[$0]?.owner })
      else {
        return nil
      }
      return partner == owner ? nil : partner
    }
  }

  /// Takes over the prepared sockets and closes the released ones. Ports that could not be opened become missing.
  func commit(_ prepared: Prepared) {
    var leftSingleFamily: Set<PortReservation> = []
    for (owner, ports) in prepared.owners {
      for port in portsByOwner[owner] ?? [] where !ports.contains(port) && reservations[port]?.owner == owner {
        let isHandedOver = prepared.owners.contains { $0.key != owner && $0.value.contains(port) }
        if !isHandedOver {
          let released = reservations.removeValue(forKey: port)
          missing.remove(port)
          if released?.socket?.isDualStack == true, let otherFamily = port.otherFamily {
            leftSingleFamily.insert(otherFamily)
          }
        }
      }
      portsByOwner[owner] = ports.isEmpty ? nil : ports
    }
    for (owner, ports) in prepared.owners {
      for port in ports {
        if let socket = prepared.opened[port] {
          reservations[port] = Reservation(owner: owner, socket: socket)
          missing.remove(port)
        } else if prepared.missing.contains(port) {
          reservations[port] = Reservation(owner: owner, socket: nil)
          missing.insert(port)
        } else {
          reservations[port]?.owner = owner
        }
      }
    }
    // The remaining family must not block the other family's port.
    for port in leftSingleFamily where reservations[port]?.socket?.isDualStack == true {
      reservations[port]?.socket = nil
      missing.insert(port)
    }
    if !leftSingleFamily.isEmpty { openMissing() }
  }

  /// Restores the reservations after a restart. Ports that cannot be bound become missing.
  func restore(_ portsByOwner: [String: Set<PortReservation>]) {
    self.portsByOwner = portsByOwner
    for (owner, ports) in portsByOwner {
      for port in ports { reservations[port] = Reservation(owner: owner, socket: nil) }
      missing.formUnion(ports)
    }
    openMissing()
  }

  /// - Returns: the ports that failed.
  @discardableResult
  func openMissing() -> [(port: PortReservation, error: SystemCallError)] {
    var failures: [(PortReservation, SystemCallError)] = []
    for port in missing.sorted() where missing.contains(port) {
      if let otherFamily = port.otherFamily, missing.contains(otherFamily),
        reservations[otherFamily]?.owner == reservations[port]?.owner,
        let both = Self.openDualStack(port)
      {
        for port in [port, otherFamily] {
          reservations[port]?.socket = both
          missing.remove(port)
        }
        continue
      }
      do {
        reservations[port]?.socket = try Self.open(port)
        missing.remove(port)
      } catch {
        failures.append((port, error))
      }
    }
    return failures
  }

  /// The socket that a relay listens on: the reservation of its port on its address, or on all addresses of its family.
  func socket(covering relay: PortRelay) -> OwnedDescriptor? {
    for address in [relay.listen, .any(relay.listen.family)] {
      let port = PortReservation(address: address, port: relay.port, transport: relay.transport)
      if let socket = reservations[port]?.socket { return socket.descriptor }
    }
    return nil
  }

  /// One socket for the port of both families; `nil` when one of them is unavailable. The caller then opens each one
  /// and reports the error.
  private static func openDualStack(_ port: PortReservation) -> Socket? {
    let six = PortReservation(address: .any(.ipv6), port: port.port, transport: port.transport)
    guard let opened = try? open(six, isDualStack: true) else { return nil }
    return Socket(descriptor: opened.descriptor, isDualStack: true)
  }

  /// - Returns: `nil` for a transport that this kernel does not support, so that no program can listen.
  private static func open(_ port: PortReservation, isDualStack: Bool = false) throws(SystemCallError) -> Socket? {
    let address = SocketAddress(port.address, port.port)
    switch port.transport {
    case .udp:
      let socket = try Sockets.bound(address, linux_SOCK_DGRAM, isDualStack: isDualStack)
      // Datagrams that arrive here are never read and must not use memory.
      try Sockets.set(socket, SOL_SOCKET, SO_RCVBUF, 0)
      return Socket(descriptor: socket)
    case .tcp:
      return Socket(descriptor: try boundExclusively(address, linux_SOCK_STREAM, isDualStack))
    case .sctp:
      do {
        return Socket(descriptor: try Sockets.bound(address, linux_SOCK_STREAM, 132))
      } catch  where error.errno == EPROTONOSUPPORT || error.errno == ESOCKTNOSUPPORT {
        return nil
      }
    }
  }

  /// Binds so that no other program can bind or listen.
  ///
  /// Plain bind(2) does that, but fails while connections of an earlier program are in TIME_WAIT: for a minute after a
  /// container with a relay restarts. SO_REUSEADDR ignores those, but shares the port with other programs that set it
  /// and only bind. Listening for a moment proves that the port is ours; then the option is cleared, so that later
  /// programs get EADDRINUSE.
  private static func boundExclusively(
    _ address: SocketAddress, _ type: Int32, _ isDualStack: Bool
  ) throws(SystemCallError) -> OwnedDescriptor {
    do {
      return try Sockets.bound(address, type, isDualStack: isDualStack)
    } catch  where error.errno == EADDRINUSE {
      let socket = try Sockets.bound(address, type, reuse: true, isDualStack: isDualStack)
      try startListening(socket, backlog: 0)
      stopListening(socket)
      return socket
    }
  }

  /// Listens on a bound socket. SO_REUSEADDR allows this despite connections in TIME_WAIT, if their sockets had the
  /// option, too; accepted sockets inherit it.
  static func startListening(_ socket: OwnedDescriptor, backlog: Int32) throws(SystemCallError) {
    try Sockets.set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
    guard listen(socket.number, backlog) == 0 else {
      let error = SystemCallError.last("listen")
      try Sockets.set(socket, SOL_SOCKET, SO_REUSEADDR, 0)
      throw error
    }
  }

  /// Stops listening. The socket stays bound exclusively.
  static func stopListening(_ socket: OwnedDescriptor) {
    shutdown(socket.number, Int32(SHUT_RDWR))
    try? Sockets.set(socket, SOL_SOCKET, SO_REUSEADDR, 0)
  }
}

extension PortReservation {
  /// The same port on all addresses of the other family, if one socket can hold both.
  fileprivate var otherFamily: PortReservation? {
    guard address.isUnspecified, transport != .sctp else { return nil }
    let other: AddressFamily = address.family == .ipv4 ? .ipv6 : .ipv4
    return PortReservation(address: .any(other), port: port, transport: transport)
  }
}
