import Addressing
import CLinux
import Glibc
import Kernel
import NetworkPlan

/// The host's ports that are held for containers: sockets that are bound and do not listen. Connections from outside never
/// reach them, for the kernel translates their destination first.
final class ReservedPorts {
  /// What a delta would have us hold, opened but not yet ours.
  struct Staged {
    fileprivate var owners: [String: Set<PortReservation>] = [:]
    fileprivate var opened: [PortReservation: OwnedDescriptor?] = [:]
    /// Cannot be had from the host just now.
    fileprivate var missing: Set<PortReservation> = []
    var failures: [DataPlaneFailure] = []

    var affectedOwners: [String] { Array(owners.keys) }
  }

  private struct Held {
    var owner: String
    /// `nil` for a transport that the kernel does not have, and for what is missing.
    var socket: OwnedDescriptor?
  }

  private var held: [PortReservation: Held] = [:]
  private var owned: [String: Set<PortReservation>] = [:]
  /// What was held before a restart and could not be had again.
  private var missing: Set<PortReservation> = []

  var count: Int { held.count }

  /// Opens all that is new, or says what cannot be had.
  func stage(_ changes: [DataPlaneChange]) -> Staged {
    var staged = Staged()
    for change in changes {
      switch change {
      case .reserve(let ports, let owner): staged.owners[owner] = Set(ports)
      case .release(let owner): staged.owners[owner] = []
      default: break
      }
    }
    var seen: Set<PortReservation> = []
    for (owner, ports) in staged.owners.sorted(by: { $0.key < $1.key }) {
      for port in ports.sorted() {
        let holder = held[port]
        // Whoever held it and gives it up in the same delta hands the socket on.
        let isFree = holder.map { $0.owner == owner || staged.owners[$0.owner]?.contains(port) == false } ?? true
        guard isFree, seen.insert(port).inserted else {
          staged.failures.append(.port(port, errno: EADDRINUSE))
          staged.owners[owner]?.remove(port)
          continue
        }
        if holder != nil, !missing.contains(port) { continue }
        do {
          staged.opened[port] = .some(try Self.open(port))
        } catch {
          staged.failures.append(.port(port, errno: error.errno))
          staged.missing.insert(port)
        }
      }
    }
    return staged
  }

  /// Makes it ours, and closes what is given up. What could not be opened is noted as missing.
  func commit(_ staged: Staged) {
    for (owner, ports) in staged.owners {
      for port in owned[owner] ?? [] where !ports.contains(port) && held[port]?.owner == owner {
        let isHandedOn = staged.owners.contains { $0.key != owner && $0.value.contains(port) }
        if !isHandedOn {
          held[port] = nil
          missing.remove(port)
        }
      }
      owned[owner] = ports.isEmpty ? nil : ports
    }
    for (owner, ports) in staged.owners {
      for port in ports {
        if let socket = staged.opened[port] {
          held[port] = Held(owner: owner, socket: socket)
          missing.remove(port)
        } else if staged.missing.contains(port) {
          held[port] = Held(owner: owner, socket: nil)
          missing.insert(port)
        } else {
          held[port]?.owner = owner
        }
      }
    }
  }

  /// At the start: takes what can be had of what was held before, and remembers the rest.
  func restore(_ reservations: [String: Set<PortReservation>]) {
    owned = reservations
    for (owner, ports) in reservations {
      for port in ports { held[port] = Held(owner: owner, socket: nil) }
      missing.formUnion(ports)
    }
    openMissing()
  }

  /// - Returns: what could not be had.
  @discardableResult
  func openMissing() -> [(port: PortReservation, error: SystemCallError)] {
    var failures: [(PortReservation, SystemCallError)] = []
    for port in missing {
      do {
        held[port]?.socket = try Self.open(port)
        missing.remove(port)
      } catch {
        failures.append((port, error))
      }
    }
    return failures
  }

  /// The socket through which a relay can listen: of a reservation of its port, on its address or on all of its family.
  func socket(covering relay: PortRelay) -> OwnedDescriptor? {
    for address in [relay.listen, .any(relay.listen.family)] {
      let port = PortReservation(address: address, port: relay.port, transport: relay.transport)
      if let socket = held[port]?.socket { return socket }
    }
    return nil
  }

  /// - Returns: `nil` for a transport that this kernel does not have: then nobody else can listen either.
  private static func open(_ port: PortReservation) throws(SystemCallError) -> OwnedDescriptor? {
    let address = SocketAddress(port.address, port.port)
    switch port.transport {
    case .udp:
      let socket = try Sockets.bound(address, linux_SOCK_DGRAM)
      // What strays here is not read; let it not take memory.
      try Sockets.set(socket, SOL_SOCKET, SO_RCVBUF, 0)
      return socket
    case .tcp:
      return try boundExclusively(address, linux_SOCK_STREAM)
    case .sctp:
      do {
        return try Sockets.bound(address, linux_SOCK_STREAM, 132)
      } catch  where error.errno == EPROTONOSUPPORT || error.errno == ESOCKTNOSUPPORT {
        return nil
      }
    }
  }

  /// Binds so that nobody else can bind or listen.
  ///
  /// Plain bind(2) does just that, but fails also while connections of an earlier program linger in TIME_WAIT, for a
  /// minute after a container with a relay was restarted. SO_REUSEADDR gets past these, but shares the port with others
  /// that set it and only bind. To listen for a moment settles who has it; the option is then taken back, so that
  /// later comers meet a conflict.
  private static func boundExclusively(_ address: SocketAddress, _ type: Int32) throws(SystemCallError)
    -> OwnedDescriptor
  {
    do {
      return try Sockets.bound(address, type)
    } catch  where error.errno == EADDRINUSE {
      let socket = try Sockets.bound(address, type, reuse: true)
      try startListening(socket, backlog: 0)
      stopListening(socket)
      return socket
    }
  }

  /// Listens on a bound socket; connections that linger from before are no hindrance, if their sockets had the option
  /// too, and those accepted here inherit it.
  static func startListening(_ socket: OwnedDescriptor, backlog: Int32) throws(SystemCallError) {
    try Sockets.set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
    guard listen(socket.number, backlog) == 0 else {
      let error = SystemCallError.last("listen")
      try Sockets.set(socket, SOL_SOCKET, SO_REUSEADDR, 0)
      throw error
    }
  }

  /// Listens no more; the socket stays bound, for itself alone.
  static func stopListening(_ socket: OwnedDescriptor) {
    shutdown(socket.number, Int32(SHUT_RDWR))
    try? Sockets.set(socket, SOL_SOCKET, SO_REUSEADDR, 0)
  }
}
