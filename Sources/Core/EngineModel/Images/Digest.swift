import Addressing

/// A SHA-256 digest, written as `sha256:` and 64 lower-case hexadecimal digits (OCI image spec, "Digests").
package struct Digest: Hashable, Sendable {
  /// The digits without `sha256:`.
  package let hex: String

  /// `nil` unless the text is exactly 64 lower-case hexadecimal digits.
  package init?(hex: some StringProtocol) {
    guard hex.utf8.count == 64,
      hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    self.hex = String(hex)
  }

  package init(bytes: some Sequence<UInt8>) {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    precondition(text.count == 64, "a SHA-256 has 32 bytes")
    hex = String(decoding: text, as: UTF8.self)
  }

  /// The first twelve digits, as users see and type them.
  package var short: String { String(hex.prefix(12)) }
}

extension Digest: TextCodable {
  package init?(_ description: String) {
    guard description.hasPrefix("sha256:") else { return nil }
    self.init(hex: description.dropFirst(7))
  }

  package var description: String { "sha256:\(hex)" }
}
