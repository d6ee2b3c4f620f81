package import Addressing

/// Identifies a link: interface names are unique only inside a namespace.
package struct LinkKey: Hashable, Sendable, Comparable {
  package let namespace: NetworkNamespaceName
  package let name: InterfaceName

  package init(_ namespace: NetworkNamespaceName, _ name: InterfaceName) {
    self.namespace = namespace
    self.name = name
  }

  package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.namespace, lhs.name) < (rhs.namespace, rhs.name) }
}

/// A desired or observed link. An attribute that is `nil` is left to the kernel and not compared.
package struct Link: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case bridge
    /// One end of a veth pair. Creating this end creates the other, which has its own ``vethPeer`` link.
    case veth(peer: LinkKey)
    /// The far end of a veth pair: created and deleted only together with the other end.
    case vethPeer
    /// A link that a network plugin created on the host under this name. It is moved into the sandbox, and returned with
    /// its former name instead of being deleted.
    case borrowed(from: InterfaceName)
    case macvlan(parent: InterfaceName, mode: String)
    case ipvlan(parent: InterfaceName, mode: String, flag: String)
    case vlan(parent: InterfaceName, id: UInt16)
    case dummy
    case vxlan(id: UInt32, local: IPAddress?, port: UInt16)
    case loopback
    /// A host link that the engine did not create. It is set up, but never created or deleted.
    case adopted
    /// An observed link of a kind that the engine does not create.
    case other(String)
  }

  /// A bridge's settings for one of its ports (`IFLA_BRPORT_*`).
  package struct BridgePort: Hashable, Sendable {
    /// Whether the bridge may send a frame back out of the port from which it came.
    package var hairpin: Bool
    /// Whether the bridge forwards no frames between this port and other isolated ports.
    package var isolated: Bool

    package init(hairpin: Bool = false, isolated: Bool = false) {
      self.hairpin = hairpin
      self.isolated = isolated
    }
  }

  package var kind: Kind
  package var mac: MACAddress?
  package var mtu: UInt32?
  /// Administratively up.
  package var isUp: Bool
  /// The bridge that this link is a port of.
  package var controller: InterfaceName?
  package var port: BridgePort?
  /// Whether the kernel creates a link-local address with its routes (`IFLA_INET6_ADDR_GEN_MODE`). A bridge port needs
  /// none, and a thousand such routes slow down every change of a link.
  package var hasLinkLocal: Bool?
  /// `IFLA_IFALIAS`. The alias of the engine's links names their owner.
  package var alias: String?

  package init(
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

  /// The beginning of the alias of every link that the engine creates.
  package static let aliasPrefix = "causeway:"
}

extension Link.Kind {
  /// Whether the link is a child of a parent link and shares its segment.
  var isChild: Bool {
    switch self {
    case .macvlan, .ipvlan: true
    default: false
    }
  }
}
