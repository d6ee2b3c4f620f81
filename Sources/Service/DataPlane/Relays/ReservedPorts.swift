import Addressing
import CLinux
import Glibc
import Kernel
import NetworkPlan

/// The host's ports that are held for containers: sockets that are bound and do not listen. Connections from outside never
/// reach them, for the kernel translates their destination first.
///
/// A port of all addresses of both families is one socket: descriptors are what a host has least of.
final class ReservedPorts {
  /// What a delta would have us hold, opened but not yet ours.
  struct Staged {
    fileprivate var owners: [String: Set<PortReservation>] = [:]
    fileprivate var opened: [PortReservation: Socket?] = [:]
    /// Cannot be had from the host just now.
    fileprivate var missing: Set<PortReservation> = []
    var failures: [DataPlaneFailure] = []

    /// Those whose sockets may change.
    fileprivate(set) var affectedOwners: Set<String> = []
  }

  fileprivate struct Socket {
    let descriptor: OwnedDescriptor
    /// Whether it holds the same port of the other family, too.
    var takesBoth = false
  }

  private struct Held {
    var owner: String
    /// `nil` for a transport that the kernel does not have, and for what is missing.
    var socket: Socket?
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
    staged.affectedOwners = Set(staged.owners.keys).union(staged.owners.keys.flatMap(partners))
    var seen: Set<PortReservation> = []
    for (owner, ports) in staged.owners.sorted(by: { $0.key < $1.key }) {
      var paired: Set<PortReservation> = []
      for port in ports.sorted() where paired.remove(port) == nil {
        let holder = held[port]
        // Whoever held it and gives it up in the same delta hands the socket on.
        let isFree = holder.map { $0.owner == owner || staged.owners[$0.owner]?.contains(port) == false } ?? true
        guard isFree, seen.insert(port).inserted else {
          staged.failures.append(.port(port, errno: EADDRINUSE))
          staged.owners[owner]?.remove(port)
          continue
        }
        if holder != nil, !missing.contains(port) { continue }
        if let twin = port.twin, ports.contains(twin), held[twin] == nil, !seen.contains(twin),
          let both = Self.openBoth(port)
        {
          staged.opened[port] = .some(both)
          staged.opened[twin] = .some(both)
          seen.insert(twin)
          paired.insert(twin)
          continue
        }
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

  /// Other owners that share a socket with this one: a port of one family was handed on alone.
  private func partners(of owner: String) -> [String] {
    (owned[owner] ?? []).compactMap { port in
      guard held[port]?.socket?.takesBoth == true, let partner = port.twin.flatMap({ held[$0]?.owner }) else {
        return nil
      }
      return partner == owner ? nil : partner
    }
  }

  /// Makes it ours, and closes what is given up. What could not be opened is noted as missing.
  func commit(_ staged: Staged) {
    var halved: Set<PortReservation> = []
    for (owner, ports) in staged.owners {
      for port in owned[owner] ?? [] where !ports.contains(port) && held[port]?.owner == owner {
        let isHandedOn = staged.owners.contains { $0.key != owner && $0.value.contains(port) }
        if !isHandedOn {
          let given = held.removeValue(forKey: port)
          missing.remove(port)
          if given?.socket?.takesBoth == true, let twin = port.twin { halved.insert(twin) }
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
    // What is left of a pair must not keep the other family's port from others.
    for port in halved where held[port]?.socket?.takesBoth == true {
      held[port]?.socket = nil
      missing.insert(port)
    }
    if !halved.isEmpty { openMissing() }
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
    for port in missing.sorted() where missing.contains(port) {
      if let twin = port.twin, missing.contains(twin), held[twin]?.owner == held[port]?.owner,
        let both = Self.openBoth(port)
      {
        for port in [port, twin] {
          held[port]?.socket = both
          missing.remove(port)
        }
        continue
      }
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
      if let socket = held[port]?.socket { return socket.descriptor }
    }
    return nil
  }

  /// One socket for a port of both families; `nil` when not both can be had, which is then found out one by one.
  private static func openBoth(_ port: PortReservation) -> Socket? {
    let six = PortReservation(address: .any(.ipv6), port: port.port, transport: port.transport)
    guard let opened = try? open(six, takesBoth: true) else { return nil }
    return Socket(descriptor: opened.descriptor, takesBoth: true)
  }

  /// - Returns: `nil` for a transport that this kernel does not have: then nobody else can listen either.
  private static func open(_ port: PortReservation, takesBoth: Bool = false) throws(SystemCallError) -> Socket? {
    let address = SocketAddress(port.address, port.port)
    switch port.transport {
    case .udp:
      let socket = try Sockets.bound(address, linux_SOCK_DGRAM, takesBoth: takesBoth)
      // What strays here is not read; let it not take memory.
      try Sockets.set(socket, SOL_SOCKET, SO_RCVBUF, 0)
      return Socket(descriptor: socket)
    case .tcp:
      return Socket(descriptor: try boundExclusively(address, linux_SOCK_STREAM, takesBoth))
    case .sctp:
      do {
        return Socket(descriptor: try Sockets.bound(address, linux_SOCK_STREAM, 132))
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
  private static func boundExclusively(
    _ address: SocketAddress, _ type: Int32, _ takesBoth: Bool
  ) throws(SystemCallError) -> OwnedDescriptor {
    do {
      return try Sockets.bound(address, type, takesBoth: takesBoth)
    } catch  where error.errno == EADDRINUSE {
      let socket = try Sockets.bound(address, type, reuse: true, takesBoth: takesBoth)
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

extension PortReservation {
  /// The same port of all addresses of the other family, where one socket can hold both.
  fileprivate var twin: PortReservation? {
    guard address.isUnspecified, transport != .sctp else { return nil }
    let other: AddressFamily = address.family == .ipv4 ? .ipv6 : .ipv4
    return PortReservation(address: .any(other), port: port, transport: transport)
  }
}
