/// A network prefix in CIDR notation (RFC 4632). The host bits are always zero.
package struct IPPrefix: Hashable, Sendable {
  /// The first address of the network.
  package let base: IPAddress
  /// The prefix length: 0 to 32 or 128.
  package let length: Int

  /// The prefix of this length that contains `address`; `nil` when the length does not fit the family.
  package init?(containing address: IPAddress, length: Int) {
    guard (0...address.family.bits).contains(length) else { return nil }
    self.length = length
    base = IPAddress(family: address.family, rawValue: address.rawValue & Self.mask(address.family, length))
  }

  package var family: AddressFamily { base.family }
  package var hostBits: Int { family.bits - length }

  /// The last address of the prefix (for IPv4 the directed broadcast address).
  package var last: IPAddress {
    IPAddress(family: family, rawValue: base.rawValue | ~Self.mask(family, length) & Self.mask(family, family.bits))
  }

  package func contains(_ address: IPAddress) -> Bool {
    address.family == family && address.rawValue & Self.mask(family, length) == base.rawValue
  }

  package func contains(_ other: IPPrefix) -> Bool {
    length <= other.length && contains(other.base)
  }

  package func overlaps(_ other: IPPrefix) -> Bool {
    contains(other.base) || other.contains(base)
  }

  /// The address at `offset` from the base; `nil` when it lies outside the prefix.
  package func address(at offset: UInt128) -> IPAddress? {
    guard offset <= last.rawValue - base.rawValue else { return nil }
    return IPAddress(family: family, rawValue: base.rawValue + offset)
  }

  /// The next prefix of the same length; `nil` at the end of the address space.
  package var next: IPPrefix? {
    let (value, overflow) = last.rawValue.addingReportingOverflow(1)
    guard !overflow, value <= Self.mask(family, family.bits) else { return nil }
    return IPPrefix(containing: IPAddress(family: family, rawValue: value), length: length)
  }

  private static func mask(_ family: AddressFamily, _ length: Int) -> UInt128 {
    guard length > 0 else { return 0 }
    let ones = UInt128.max << UInt128(128 - length)
    return family == .ipv6 ? ones : ones >> 96
  }
}

extension IPPrefix: LosslessStringConvertible {
  /// Parses `address/length`. Clears host bits, which Docker allows in the text; ``InterfaceAddress`` keeps them.
  package init?(_ text: some StringProtocol) {
    guard let address = InterfaceAddress(text) else { return nil }
    self = address.network
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  package var description: String { "\(base)/\(length)" }
}

extension IPPrefix: Comparable {
  package static func < (lhs: IPPrefix, rhs: IPPrefix) -> Bool {
    lhs.base == rhs.base ? lhs.length < rhs.length : lhs.base < rhs.base
  }
}

/// An address and the prefix length of its network, as an interface carries it: `172.18.0.2/16`.
package struct InterfaceAddress: Hashable, Sendable {
  package let address: IPAddress
  package let prefixLength: Int

  package init?(_ address: IPAddress, prefixLength: Int) {
    guard (0...address.family.bits).contains(prefixLength) else { return nil }
    self.address = address
    self.prefixLength = prefixLength
  }

  /// `nil` when the network does not contain the address.
  package init?(_ address: IPAddress, in network: IPPrefix) {
    guard network.contains(address) else { return nil }
    self.address = address
    prefixLength = network.length
  }

  package var family: AddressFamily { address.family }

  package var network: IPPrefix {
    guard let network = IPPrefix(containing: address, length: prefixLength) else {
      preconditionFailure("the length was checked when this value was made")
    }
    return network
  }
}

extension InterfaceAddress: LosslessStringConvertible {
  package init?(_ text: some StringProtocol) {
    guard let slash = text.firstIndex(of: "/"), let address = IPAddress(text[..<slash]) else { return nil }
    let digits = text[text.index(after: slash)...]
    guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      digits.utf8.count == 1 || digits.utf8.first != 48, let length = Int(digits)
    else { return nil }
    self.init(address, prefixLength: length)
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  package var description: String { "\(address)/\(prefixLength)" }
}
