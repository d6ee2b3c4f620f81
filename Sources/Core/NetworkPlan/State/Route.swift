package import Addressing

/// A unicast route of the main table.
package struct Route: Hashable, Sendable, Comparable {
  package let namespace: NetworkNamespaceName
  /// `0.0.0.0/0` or `::/0` for the default route.
  package let destination: IPPrefix
  /// `nil`: the destination is directly on the link.
  package let gateway: IPAddress?
  package let interface: InterfaceName
  package let metric: UInt32

  package init(
    namespace: NetworkNamespaceName, destination: IPPrefix, gateway: IPAddress? = nil, interface: InterfaceName,
    metric: UInt32 = 0
  ) {
    self.namespace = namespace
    self.destination = destination
    self.gateway = gateway
    self.interface = interface
    self.metric = metric
  }

  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.namespace, lhs.destination, lhs.interface, lhs.metric)
      < (rhs.namespace, rhs.destination, rhs.interface, rhs.metric)
  }
}

/// An address on a link.
package struct AssignedAddress: Hashable, Sendable, Comparable {
  package let link: LinkKey
  package let address: InterfaceAddress

  package init(_ link: LinkKey, _ address: InterfaceAddress) {
    self.link = link
    self.address = address
  }

  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.link, lhs.address.address, lhs.address.prefixLength)
      < (rhs.link, rhs.address.address, rhs.address.prefixLength)
  }
}

/// A kernel setting below `/proc/sys`, as seen from inside a namespace.
package struct Sysctl: Hashable, Sendable, Comparable {
  package let namespace: NetworkNamespaceName
  /// Slashes between the parts, `net/ipv4/ip_forward`: an interface's name may hold dots.
  package let key: String

  package init(_ namespace: NetworkNamespaceName, _ key: String) {
    self.namespace = namespace
    self.key = key
  }

  package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.namespace, lhs.key) < (rhs.namespace, rhs.key) }
}
