/// An IP address family.
public enum AddressFamily: String, Hashable, Sendable, CaseIterable {
  case ipv4
  case ipv6

  /// The number of bits in an address.
  public var bits: Int { self == .ipv4 ? 32 : 128 }
}

/// An IPv4 or IPv6 address.
public enum IPAddress: Hashable, Sendable {
  case v4(IPv4Address)
  case v6(IPv6Address)

  public var family: AddressFamily {
    switch self {
    case .v4: .ipv4
    case .v6: .ipv6
    }
  }

  /// The address as an integer of the family's width.
  public var rawValue: UInt128 {
    switch self {
    case .v4(let address): UInt128(address.rawValue)
    case .v6(let address): address.rawValue
    }
  }

  public init(family: AddressFamily, rawValue: UInt128) {
    switch family {
    case .ipv4: self = .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)))
    case .ipv6: self = .v6(IPv6Address(rawValue: rawValue))
    }
  }

  /// Decodes four or sixteen octets in network order.
  public init?(octets: some Collection<UInt8>) {
    let value = octets.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    switch octets.count {
    case 4: self.init(family: .ipv4, rawValue: value)
    case 16: self.init(family: .ipv6, rawValue: value)
    default: return nil
    }
  }

  public var octets: [UInt8] {
    switch self {
    case .v4(let address): address.octets
    case .v6(let address): address.octets
    }
  }

  public var v4: IPv4Address? { if case .v4(let address) = self { address } else { nil } }
  public var v6: IPv6Address? { if case .v6(let address) = self { address } else { nil } }

  public var isUnspecified: Bool { rawValue == 0 }

  public var isLoopback: Bool {
    switch self {
    case .v4(let address): address.isLoopback
    case .v6(let address): address.isLoopback
    }
  }

  public var isMulticast: Bool {
    switch self {
    case .v4(let address): address.isMulticast
    case .v6(let address): address.isMulticast
    }
  }

  public var isLinkLocal: Bool {
    switch self {
    case .v4(let address): address.isLinkLocal
    case .v6(let address): address.isLinkLocal
    }
  }

  /// The unspecified address of a family: `0.0.0.0` or `::`.
  public static func any(_ family: AddressFamily) -> IPAddress { IPAddress(family: family, rawValue: 0) }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  public static func < (lhs: IPAddress, rhs: IPAddress) -> Bool {
    switch (lhs, rhs) {
    case (.v4(let a), .v4(let b)): a < b
    case (.v6(let a), .v6(let b)): a < b
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }
}

extension IPAddress: LosslessStringConvertible {
  public init?(_ text: some StringProtocol) {
    if let v4 = IPv4Address(text) {
      self = .v4(v4)
    } else if let v6 = IPv6Address(text) {
      self = .v6(v6)
    } else {
      return nil
    }
  }

  public init?(_ description: String) {
    self.init(description[...])
  }

  public var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}
