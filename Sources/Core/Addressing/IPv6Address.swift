/// An IPv6 address (RFC 4291) as a 128-bit integer in host byte order.
package struct IPv6Address: Hashable, Sendable, Comparable {
  package let rawValue: UInt128

  package init(rawValue: UInt128) {
    self.rawValue = rawValue
  }

  /// Eight 16-bit groups, most significant first.
  package init(groups: [UInt16]) {
    precondition(groups.count == 8, "an IPv6 address has eight groups")
    rawValue = groups.reduce(0) { $0 << 16 | UInt128($1) }
  }

  package static let any = IPv6Address(rawValue: 0)
  package static let loopback = IPv6Address(rawValue: 1)

  package var groups: [UInt16] {
    (0..<8).map { UInt16(truncatingIfNeeded: rawValue >> (UInt128(7 - $0) * 16)) }
  }

  /// The sixteen octets in network order.
  package var octets: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: rawValue >> (UInt128(15 - $0) * 8)) }
  }

  package var isLoopback: Bool { rawValue == 1 }
  package var isUnspecified: Bool { rawValue == 0 }
  /// ff00::/8.
  package var isMulticast: Bool { rawValue >> 120 == 0xFF }
  /// fe80::/10.
  package var isLinkLocal: Bool { rawValue >> 118 == 0x3FA }
  /// fc00::/7, unique local addresses (RFC 4193).
  package var isUniqueLocal: Bool { rawValue >> 121 == 0x7E }

  /// The IPv4 address of an IPv4-mapped address (`::ffff:0:0/96`).
  package var mappedIPv4: IPv4Address? {
    rawValue >> 32 == 0xFFFF ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)) : nil
  }

  package static func < (lhs: IPv6Address, rhs: IPv6Address) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension IPv6Address: LosslessStringConvertible {
  /// Parses the forms of RFC 4291, 2.2: full, with `::`, and with a dotted quad at the end. Zones are not supported.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count <= 45 else { return nil }
    var head: [UInt16] = []
    var tail: [UInt16] = []
    var compressed = false
    var rest = text[...]
    if rest.hasPrefix("::") {
      compressed = true
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      let piece = rest[..<end]
      if end == rest.endIndex, piece.contains(".") {
        guard let quad = IPv4Address(piece) else { return nil }
        let groups = [UInt16(quad.rawValue >> 16), UInt16(truncatingIfNeeded: quad.rawValue)]
        if compressed { tail += groups } else { head += groups }
        rest = rest[end...]
        continue
      }
      guard (1...4).contains(piece.utf8.count), piece.utf8.allSatisfy(Self.isHexDigit),
        let group = UInt16(piece, radix: 16)
      else { return nil }
      if compressed { tail.append(group) } else { head.append(group) }
      rest = rest[end...]
      guard !rest.isEmpty else { break }
      rest = rest.dropFirst()
      if rest.first == ":" {
        guard !compressed else { return nil }
        compressed = true
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    let count = head.count + tail.count
    guard compressed ? count < 8 : count == 8 else { return nil }
    self.init(groups: head + Array(repeating: 0, count: 8 - count) + tail)
  }

  package init?(_ description: String) {
    self.init(description[...])
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// The canonical form of RFC 5952: lower case, no leading zeros, the longest run of at least two zero groups as `::`.
  package var description: String {
    if let quad = mappedIPv4 { return "::ffff:\(quad)" }
    let groups = groups
    var best = 0..<0
    var index = 0
    while index < 8 {
      var end = index
      while end < 8, groups[end] == 0 { end += 1 }
      if end - index > max(1, best.count) { best = index..<end }
      index = max(end, index + 1)
    }
    func text(_ slice: ArraySlice<UInt16>) -> String {
      slice.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !best.isEmpty else { return text(groups[...]) }
    return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }
}
