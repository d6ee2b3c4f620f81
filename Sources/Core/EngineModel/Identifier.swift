import Addressing

/// An object's id: 64 lower-case hexadecimal digits, as in Docker. The phantom type makes ids of networks and
/// containers different types.
package struct Identifier<Object>: Hashable, Sendable {
  package let rawValue: String

  /// `nil` unless the text is exactly 64 lower-case hexadecimal digits.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 64, text.utf8.allSatisfy(Self.isDigit) else { return nil }
    rawValue = String(text)
  }

  /// A new random id.
  package static func random() -> Identifier {
    var generator = SystemRandomNumberGenerator()
    let text = (0..<4).map { _ in
      let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
    guard let id = Identifier(text) else { preconditionFailure("random digits are hexadecimal digits") }
    // Docker avoids ids whose short form is a number: some resolvers reject a host name of digits only.
    return id.short.utf8.allSatisfy({ $0 < UInt8(ascii: "a") }) ? random() : id
  }

  /// The first twelve digits.
  package var short: String { String(rawValue.prefix(12)) }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

extension Identifier: Comparable {
  package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension Identifier: TextCodable {
  package var description: String { rawValue }
}

package typealias NetworkID = Identifier<Network>
package typealias EndpointID = Identifier<Endpoint>
package typealias ContainerID = Identifier<Container>
