public import Addressing

/// A network namespace as those inside see it: this host's, or a container's.
public struct NamespaceFacts: Sendable {
  public struct Link: Sendable, Hashable {
    public var isUp: Bool
    public var mac: MACAddress?
    /// The bridge that it is a port of.
    public var controller: InterfaceName?

    public init(isUp: Bool = true, mac: MACAddress? = nil, controller: InterfaceName? = nil) {
      self.isUp = isUp
      self.mac = mac
      self.controller = controller
    }
  }

  public struct Address: Sendable, Hashable {
    public var link: InterfaceName
    public var address: InterfaceAddress

    public init(_ link: InterfaceName, _ address: InterfaceAddress) {
      self.link = link
      self.address = address
    }
  }

  /// A route of the main table.
  public struct Route: Sendable, Hashable {
    public var destination: IPPrefix
    public var gateway: IPAddress?
    /// `nil` for one that leads over several links, or nowhere.
    public var link: InterfaceName?
    public var metric: UInt32
    /// What matches is thrown away.
    public var isDeadEnd: Bool

    public init(
      _ destination: IPPrefix, gateway: IPAddress? = nil, link: InterfaceName?, metric: UInt32 = 0,
      isDeadEnd: Bool = false
    ) {
      self.destination = destination
      self.gateway = gateway
      self.link = link
      self.metric = metric
      self.isDeadEnd = isDeadEnd
    }
  }

  /// A socket that waits for others to speak.
  public struct Socket: Sendable, Hashable, Comparable {
    public var port: TransportPort
    /// The unspecified address of a family stands for all of it.
    public var address: IPAddress
    public var isIPv6Only: Bool

    public init(_ port: TransportPort, at address: IPAddress, isIPv6Only: Bool = false) {
      self.port = port
      self.address = address
      self.isIPv6Only = isIPv6Only
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.port, lhs.address) < (rhs.port, rhs.address) }

    /// Whether what comes to an address of the namespace comes to it.
    func takes(_ destination: IPAddress) -> Bool {
      if address == destination { return true }
      guard address.isUnspecified else { return false }
      return address.family == destination.family || address.family == .ipv6 && !isIPv6Only
    }

    var words: String { address.family == .ipv4 ? "\(address):\(port.number)" : "[\(address)]:\(port.number)" }
  }

  public var links: [InterfaceName: Link] = [:]
  public var addresses: [Address] = []
  public var routes: [Route] = []
  public var sockets: [Socket] = []
  /// All but the engine's own.
  public var tables: [RuleTable] = []
  /// Families in which packets of others are passed on.
  public var forwards: Set<AddressFamily> = []
  /// Families in which packets from port to port of a bridge pass the IP hooks, too.
  public var filtersBridged: Set<AddressFamily> = []

  public init() {}
}

extension NamespaceFacts {
  /// Where packets to an address go.
  enum Way: Sendable, Hashable {
    /// To the namespace itself.
    case here
    /// By a link: to a gateway or straight to the destination; `nil`: the link has no address of the family.
    case out(InterfaceName, gateway: IPAddress?, source: IPAddress?)
    /// By one of several links, which is not told.
    case several
    case deadEnd
    case nowhere
  }

  func holds(_ address: IPAddress) -> Bool {
    address.isLoopback || addresses.contains { $0.address.address == address }
  }

  func way(to destination: IPAddress) -> Way {
    if holds(destination) { return .here }
    let fitting = routes.filter { $0.destination.contains(destination) }
    let best = fitting.min { a, b in
      (-a.destination.length, a.metric) < (-b.destination.length, b.metric)
    }
    guard let best else { return .nowhere }
    if best.isDeadEnd { return .deadEnd }
    guard let link = best.link else { return .several }
    return .out(
      link, gateway: best.gateway, source: source(on: link, towards: best.gateway ?? destination))
  }

  /// The address that the kernel gives what it sends by a link.
  func source(on link: InterfaceName, towards next: IPAddress) -> IPAddress? {
    let own = addresses.filter {
      $0.link == link && $0.address.family == next.family
        && (!$0.address.address.isLinkLocal || next.isLinkLocal || next.family == .ipv4)
    }
    return (own.first { $0.address.network.contains(next) } ?? own.first)?.address.address
  }

  /// What waits at a port for those who come to an address.
  func listens(at destination: IPAddress, _ port: TransportPort) -> Socket? {
    sockets.first { $0.port == port && $0.takes(destination) }
  }
}
