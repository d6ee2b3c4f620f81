/// An IPv4 address (RFC 791) in host byte order, for integer arithmetic on subnets.
package struct IPv4Address: Hashable, Sendable, Comparable {
  /// The address in host byte order: `192.0.2.1` is `0xC0000201`.
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
  }

  package static let any = IPv4Address(rawValue: 0)
  package static let loopback = IPv4Address(127, 0, 0, 1)

  /// The four octets in network order.
  package var octets: [UInt8] {
    [
      UInt8(rawValue >> 24), UInt8(truncatingIfNeeded: rawValue >> 16), UInt8(truncatingIfNeeded: rawValue >> 8),
      UInt8(truncatingIfNeeded: rawValue),
    ]
  }

  /// 127.0.0.0/8 (RFC 1122, 3.2.1.3).
  package var isLoopback: Bool { rawValue >> 24 == 127 }
  /// 224.0.0.0/4 (RFC 5771).
  package var isMulticast: Bool { rawValue >> 28 == 0xE }
  /// 169.254.0.0/16 (RFC 3927).
  package var isLinkLocal: Bool { rawValue >> 16 == 0xA9FE }
  /// 0.0.0.0, which means every local address in a publication or a bind.
  package var isUnspecified: Bool { rawValue == 0 }

  package static func < (lhs: IPv4Address, rhs: IPv4Address) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension IPv4Address: LosslessStringConvertible {
  /// Parses dotted decimal with exactly four parts. Refuses leading zeros, because some parsers read them as octal.
  package init?(_ text: some StringProtocol) {
    var value: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var parts = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digits > 0 && part == 0 { return nil }
        part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        if part > 255 { return nil }
      case UInt8(ascii: "."):
        guard digits > 0, parts < 3 else { return nil }
        value = value << 8 | part
        part = 0
        digits = 0
        parts += 1
      default:
        return nil
      }
    }
    guard parts == 3, digits > 0 else { return nil }
    rawValue = value << 8 | part
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  package var description: String {
    let o = octets
    return "\(o[0]).\(o[1]).\(o[2]).\(o[3])"
  }
}
