public import Addressing

/// A unicast route of the main table.
public struct Route: Hashable, Sendable, Comparable {
  public let namespace: NetworkNamespaceName
  /// `0.0.0.0/0` or `::/0` for the default route.
  public let destination: IPPrefix
  /// `nil`: the destination is directly on the link.
  public let gateway: IPAddress?
  public let interface: InterfaceName
  public let metric: UInt32

  public init(
    namespace: NetworkNamespaceName, destination: IPPrefix, gateway: IPAddress? = nil, interface: InterfaceName,
    metric: UInt32 = 0
  ) {
    self.namespace = namespace
    self.destination = destination
    self.gateway = gateway
    self.interface = interface
    self.metric = metric
  }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.namespace, lhs.destination, lhs.interface, lhs.metric)
      < (rhs.namespace, rhs.destination, rhs.interface, rhs.metric)
  }
}

/// An address on a link.
public struct AssignedAddress: Hashable, Sendable, Comparable {
  public let link: LinkKey
  public let address: InterfaceAddress

  public init(_ link: LinkKey, _ address: InterfaceAddress) {
    self.link = link
    self.address = address
  }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.link, lhs.address.address, lhs.address.prefixLength)
      < (rhs.link, rhs.address.address, rhs.address.prefixLength)
  }
}

/// A kernel setting below `/proc/sys`, as seen from inside a namespace.
public struct Sysctl: Hashable, Sendable, Comparable {
  public let namespace: NetworkNamespaceName
  /// Slashes between the parts, `net/ipv4/ip_forward`: an interface's name may hold dots.
  public let key: String

  public init(_ namespace: NetworkNamespaceName, _ key: String) {
    self.namespace = namespace
    self.key = key
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.namespace, lhs.key) < (rhs.namespace, rhs.key) }
}
