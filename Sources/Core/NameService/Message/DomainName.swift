/// A fully qualified domain name, encoded and in lower case. Equality is that of DNS: only ASCII letters are
/// case-insensitive (RFC 4343).
package struct DomainName: Hashable, Sendable {
  /// Length-prefixed labels that end with the root's zero; at most 255 octets, without compression.
  package let wire: [UInt8]

  package static let root = DomainName(wire: [0])

  init(wire: [UInt8]) {
    self.wire = wire
  }

  /// Parses labels separated by dots, with an optional dot at the end. Does not support escapes, which container names
  /// do not need.
  ///
  /// `nil` when a label is empty or longer than 63 octets, or the name is longer than 255.
  package init?(_ text: some StringProtocol) {
    var wire: [UInt8] = [0]
    var start = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") {
        guard wire.count - start > 1 else {
          // The root is a single dot.
          guard text == "." else { return nil }
          self = .root
          return
        }
        start = wire.count
        wire.append(0)
      } else {
        guard wire[start] < 63 else { return nil }
        wire[start] += 1
        wire.append(byte.asciiLowercased)
      }
    }
    if wire.count - start > 1 { wire.append(0) }
    guard wire.count <= 255, !text.isEmpty else { return nil }
    self.wire = wire
  }

  /// The name of the PTR records for an address (RFC 1035, 3.5; RFC 3596, 2.5).
  package init(reverse octets: [UInt8]) {
    var wire: [UInt8] = []
    func append(label: some StringProtocol) {
      wire.append(UInt8(label.utf8.count))
      wire.append(contentsOf: label.utf8)
    }
    if octets.count == 4 {
      for octet in octets.reversed() { append(label: String(octet)) }
      append(label: "in-addr")
    } else {
      for octet in octets.reversed() {
        append(label: String(octet & 15, radix: 16))
        append(label: String(octet >> 4, radix: 16))
      }
      append(label: "ip6")
    }
    append(label: "arpa")
    self.wire = wire + [0]
  }

  /// Appends a suffix: `web` and `front` give `web.front`. `nil` when the result is too long.
  package func appending(_ suffix: DomainName) -> DomainName? {
    guard wire.count - 1 + suffix.wire.count <= 255 else { return nil }
    return DomainName(wire: wire.dropLast() + suffix.wire)
  }

  package var labels: [ArraySlice<UInt8>] {
    var labels: [ArraySlice<UInt8>] = []
    var offset = 0
    while wire[offset] != 0 {
      let end = offset + 1 + Int(wire[offset])
      labels.append(wire[(offset + 1)..<end])
      offset = end
    }
    return labels
  }
}

extension DomainName: CustomStringConvertible {
  /// With a dot at the end. Escapes characters that are not printable (RFC 1035, 5.1).
  package var description: String {
    guard wire.count > 1 else { return "." }
    var text = ""
    for label in labels {
      for byte in label {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"):
          text += "\\\(Character(Unicode.Scalar(byte)))"
        case 0x21...0x7E:
          text.append(Character(Unicode.Scalar(byte)))
        default:
          text += "\\" + String(repeating: "0", count: byte < 10 ? 2 : byte < 100 ? 1 : 0) + String(byte)
        }
      }
      text += "."
    }
    return text
  }
}

extension UInt8 {
  @inline(__always)
  var asciiLowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }
}
