/// An IP address family.
package enum AddressFamily: String, Hashable, Sendable, CaseIterable {
  case ipv4
  case ipv6

  /// The number of bits in an address.
  package var bits: Int { self == .ipv4 ? 32 : 128 }
}

/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable {
  case v4(IPv4Address)
  case v6(IPv6Address)

  package var family: AddressFamily {
    switch self {
    case .v4: .ipv4
    case .v6: .ipv6
    }
  }

  /// The address as an integer of the family's width.
  package var rawValue: UInt128 {
    switch self {
    case .v4(let address): UInt128(address.rawValue)
    case .v6(let address): address.rawValue
    }
  }

  package init(family: AddressFamily, rawValue: UInt128) {
    switch family {
    case .ipv4: self = .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)))
    case .ipv6: self = .v6(IPv6Address(rawValue: rawValue))
    }
  }

  /// Decodes four or sixteen octets in network order.
  package init?(octets: some Collection<UInt8>) {
    let value = octets.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    switch octets.count {
    case 4: self.init(family: .ipv4, rawValue: value)
    case 16: self.init(family: .ipv6, rawValue: value)
    default: return nil
    }
  }

  package var octets: [UInt8] {
    switch self {
    case .v4(let address): address.octets
    case .v6(let address): address.octets
    }
  }

  package var v4: IPv4Address? { if case .v4(let address) = self { address } else { nil } }
  package var v6: IPv6Address? { if case .v6(let address) = self { address } else { nil } }

  package var isUnspecified: Bool { rawValue == 0 }

  package var isLoopback: Bool {
    switch self {
    case .v4(let address): address.isLoopback
    case .v6(let address): address.isLoopback
    }
  }

  package var isMulticast: Bool {
    switch self {
    case .v4(let address): address.isMulticast
    case .v6(let address): address.isMulticast
    }
  }

  package var isLinkLocal: Bool {
    switch self {
    case .v4(let address): address.isLinkLocal
    case .v6(let address): address.isLinkLocal
    }
  }

  /// The unspecified address of a family: `0.0.0.0` or `::`.
  package static func any(_ family: AddressFamily) -> IPAddress { IPAddress(family: family, rawValue: 0) }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  package static func < (lhs: IPAddress, rhs: IPAddress) -> Bool {
    switch (lhs, rhs) {
    case (.v4(let a), .v4(let b)): a < b
    case (.v6(let a), .v6(let b)): a < b
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }
}

extension IPAddress: LosslessStringConvertible {
  package init?(_ text: some StringProtocol) {
    if let v4 = IPv4Address(text) {
      self = .v4(v4)
    } else if let v6 = IPv6Address(text) {
      self = .v6(v6)
    } else {
      return nil
    }
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  package var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}
