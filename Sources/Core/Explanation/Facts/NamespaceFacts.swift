package import Addressing

/// A network namespace as seen from inside: the host's, or a container's.
package struct NamespaceFacts: Sendable {
  package struct Link: Sendable, Hashable {
    package var isUp: Bool
    package var mac: MACAddress?
    /// The bridge that this link is a port of.
    package var controller: InterfaceName?

    package init(isUp: Bool = true, mac: MACAddress? = nil, controller: InterfaceName? = nil) {
      self.isUp = isUp
      self.mac = mac
      self.controller = controller
    }
  }

  package struct Address: Sendable, Hashable {
    package var link: InterfaceName
    package var address: InterfaceAddress

    package init(_ link: InterfaceName, _ address: InterfaceAddress) {
      self.link = link
      self.address = address
    }
  }

  /// A route of the main table.
  package struct Route: Sendable, Hashable {
    package var destination: IPPrefix
    package var gateway: IPAddress?
    /// `nil` for a multipath route and for one without a link.
    package var link: InterfaceName?
    package var metric: UInt32
    /// The kernel drops matching packets (`blackhole`, `unreachable`, `prohibit`).
    package var isBlackhole: Bool

    package init(
      _ destination: IPPrefix, gateway: IPAddress? = nil, link: InterfaceName?, metric: UInt32 = 0,
      isBlackhole: Bool = false
    ) {
      self.destination = destination
      self.gateway = gateway
      self.link = link
      self.metric = metric
      self.isBlackhole = isBlackhole
    }
  }

  /// A listening TCP socket or a bound UDP socket.
  package struct Socket: Sendable, Hashable, Comparable {
    package var port: TransportPort
    /// The unspecified address means all addresses of the family.
    package var address: IPAddress
    package var isIPv6Only: Bool

    package init(_ port: TransportPort, at address: IPAddress, isIPv6Only: Bool = false) {
      self.port = port
      self.address = address
      self.isIPv6Only = isIPv6Only
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.port, lhs.address) < (rhs.port, rhs.address) }

    /// Whether the socket receives packets to this address of the namespace.
    func accepts(_ destination: IPAddress) -> Bool {
      if address == destination { return true }
      guard address.isUnspecified else { return false }
      return address.family == destination.family || address.family == .ipv6 && !isIPv6Only
    }

    var text: String { address.family == .ipv4 ? "\(address):\(port.number)" : "[\(address)]:\(port.number)" }
  }

  package var links: [InterfaceName: Link] = [:]
  package var addresses: [Address] = []
  package var routes: [Route] = []
  package var sockets: [Socket] = []
  /// All tables except the engine's own.
  package var tables: [RuleTable] = []
  /// The families with forwarding enabled.
  package var forwards: Set<AddressFamily> = []
  /// The families whose bridged packets also pass the IP hooks (`bridge-nf-call-iptables`).
  package var filtersBridged: Set<AddressFamily> = []

  package init() {}
}

extension NamespaceFacts {
  /// The result of a route lookup.
  enum RouteLookup: Sendable, Hashable {
    /// The address belongs to the namespace itself.
    case local
    /// Through a link, to a gateway or directly. `source` is `nil` if the link has no address of the family.
    case out(InterfaceName, gateway: IPAddress?, source: IPAddress?)
    /// Through one of several links; the kernel chooses.
    case multipath
    case blackhole
    case unreachable
  }

  func hasAddress(_ address: IPAddress) -> Bool {
    address.isLoopback || addresses.contains { $0.address.address == address }
  }

  func route(to destination: IPAddress) -> RouteLookup {
    if hasAddress(destination) { return .local }
    let matching = routes.filter { $0.destination.contains(destination) }
    let best = matching.min { a, b in
      (-a.destination.length, a.metric) < (-b.destination.length, b.metric)
    }
    guard let best else { return .unreachable }
    if best.isBlackhole { return .blackhole }
    guard let link = best.link else { return .multipath }
    return .out(
      link, gateway: best.gateway, source: source(on: link, towards: best.gateway ?? destination))
  }

  /// The source address that the kernel chooses for packets through a link.
  func source(on link: InterfaceName, towards next: IPAddress) -> IPAddress? {
    let candidates = addresses.filter {
      $0.link == link && $0.address.family == next.family
        && (!$0.address.address.isLinkLocal || next.isLinkLocal || next.family == .ipv4)
    }
    return (candidates.first { $0.address.network.contains(next) } ?? candidates.first)?.address.address
  }

  /// The socket that receives packets to an address and port.
  func listener(at destination: IPAddress, _ port: TransportPort) -> Socket? {
    sockets.first { $0.port == port && $0.accepts(destination) }
  }
}
