public import Addressing

/// Names a link: an interface name means something only inside its namespace.
public struct LinkKey: Hashable, Sendable, Codable, Comparable {
  public let namespace: NetworkNamespaceName
  public let name: InterfaceName

  public init(_ namespace: NetworkNamespaceName, _ name: InterfaceName) {
    self.namespace = namespace
    self.name = name
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.namespace, lhs.name) < (rhs.namespace, rhs.name) }
}

/// A network link as we want it or as it is. A property that is `nil` is left to the kernel and is not compared.
public struct Link: Hashable, Sendable, Codable {
  public enum Kind: Hashable, Sendable, Codable {
    case bridge
    /// One end of a pair. Making this end makes the other; it is described by a ``vethPeer`` link of its own.
    case veth(peer: LinkKey)
    /// The far end of a pair: never made or deleted by itself.
    case vethPeer
    /// A link of somebody else's, a network plugin's, that was on the host under this name. It is moved here, and goes
    /// back to its place and name instead of being deleted.
    case borrowed(from: InterfaceName)
    case macvlan(parent: InterfaceName, mode: String)
    case ipvlan(parent: InterfaceName, mode: String, flag: String)
    case vlan(parent: InterfaceName, id: UInt16)
    case dummy
    case vxlan(id: UInt32, local: IPAddress?, port: UInt16)
    case loopback
    /// A link of the host that is somebody else's. It is brought up, and is never made or deleted.
    case adopted
    /// A link that is not ours to make; seen when the host is read.
    case other(String)
  }

  /// What a bridge does with one of its ports (`IFLA_BRPORT_*`).
  public struct BridgePort: Hashable, Sendable, Codable {
    /// May send a frame back out of the port it came in by.
    public var hairpin: Bool
    /// May not talk to other isolated ports of the same bridge.
    public var isolated: Bool

    public init(hairpin: Bool = false, isolated: Bool = false) {
      self.hairpin = hairpin
      self.isolated = isolated
    }
  }

  public var kind: Kind
  public var mac: MACAddress?
  public var mtu: UInt32?
  /// Administratively up.
  public var isUp: Bool
  /// The bridge this link is a port of.
  public var controller: InterfaceName?
  public var port: BridgePort?
  /// Whether the kernel gives it an address of its own, `fe80::…`, with routes to go with it
  /// (`IFLA_INET6_ADDR_GEN_MODE`). A link that is only passed through needs none, and a thousand such routes slow down
  /// every change of a link.
  public var hasLinkLocal: Bool?
  /// `IFLA_IFALIAS`: what is ours says whose it is.
  public var alias: String?

  public init(
    kind: Kind, mac: MACAddress? = nil, mtu: UInt32? = nil, isUp: Bool = true, controller: InterfaceName? = nil,
    port: BridgePort? = nil, hasLinkLocal: Bool? = nil, alias: String? = nil
  ) {
    self.kind = kind
    self.mac = mac
    self.mtu = mtu
    self.isUp = isUp
    self.controller = controller
    self.port = port
    self.hasLinkLocal = hasLinkLocal
    self.alias = alias
  }

  /// Every link of ours carries an alias that begins so.
  public static let aliasPrefix = "causeway:"
}

extension Link.Kind {
  /// A link that stands on another one and shares its segment.
  var isChild: Bool {
    switch self {
    case .macvlan, .ipvlan: true
    default: false
    }
  }
}
