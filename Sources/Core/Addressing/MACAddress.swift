/// An EUI-48 hardware address.
public struct MACAddress: Hashable, Sendable, Comparable {
  /// The address in the low 48 bits, first octet most significant.
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue & 0xFFFF_FFFF_FFFF
  }

  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 6 else { return nil }
    rawValue = octets.reduce(0) { $0 << 8 | UInt64($1) }
  }

  public var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: rawValue >> UInt64((5 - $0) * 8)) } }

  /// The group bit. An interface cannot have such an address.
  public var isMulticast: Bool { rawValue >> 40 & 1 == 1 }
  /// The local bit: no manufacturer assigned the address.
  public var isLocallyAdministered: Bool { rawValue >> 41 & 1 == 1 }

  /// A unicast, locally administered address with 46 given bits.
  public static func locallyAdministered(from bits: UInt64) -> MACAddress {
    MACAddress(rawValue: bits & 0xFCFF_FFFF_FFFF | 0x0200_0000_0000)
  }

  public static func < (lhs: MACAddress, rhs: MACAddress) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension MACAddress: LosslessStringConvertible {
  /// Parses six two-digit hexadecimal octets, separated by `:` or `-`.
  public init?(_ text: some StringProtocol) {
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

  public init?(_ description: String) {
    self.init(description[...])
  }

  public var description: String {
    octets.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined(separator: ":")
  }
}
