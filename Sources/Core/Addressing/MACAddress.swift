/// An EUI-48 hardware address.
package struct MACAddress: Hashable, Sendable, Comparable {
  /// The address in the low 48 bits, first octet most significant.
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue & 0xFFFF_FFFF_FFFF
  }

  package init?(octets: some Collection<UInt8>) {
    guard octets.count == 6 else { return nil }
    rawValue = octets.reduce(0) { $0 << 8 | UInt64($1) }
  }

  package var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: rawValue >> UInt64((5 - $0) * 8)) } }

  /// The group bit. An interface cannot have such an address.
  package var isMulticast: Bool { rawValue >> 40 & 1 == 1 }
  /// The local bit: no manufacturer assigned the address.
  package var isLocallyAdministered: Bool { rawValue >> 41 & 1 == 1 }

  /// A unicast, locally administered address with 46 given bits.
  package static func locallyAdministered(from bits: UInt64) -> MACAddress {
    MACAddress(rawValue: bits & 0xFCFF_FFFF_FFFF | 0x0200_0000_0000)
  }

  package static func < (lhs: MACAddress, rhs: MACAddress) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension MACAddress: LosslessStringConvertible {
  /// Parses six two-digit hexadecimal octets, separated by `:` or `-`.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    guard parts.count == 6 else { return nil }
    var octets: [UInt8] = []
    for part in parts {
      guard part.utf8.count == 2, part.first != "+", part.first != "-", let octet = UInt8(part, radix: 16) else {
        return nil
      }
      octets.append(octet)
    }
    self.init(octets: octets)
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  package var description: String {
    octets.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined(separator: ":")
  }
}
