/// A scalar of a document: its text and its type.
package struct Scalar: Sendable, Hashable {
  /// The type that the schema assigned; before validation, the type that the plain text suggests.
  package enum Kind: Sendable, Hashable {
    case null
    case bool
    case integer
    case float
    case string
  }

  package var text: String
  package var kind: Kind

  package init(_ text: String, _ kind: Kind = .string) {
    self.text = text
    self.kind = kind
  }

  /// A scalar without quotes and tag, by YAML 1.2's core schema: unlike in YAML 1.1, `on`, `yes` and `22:22` are text.
  init(plain text: String) {
    self.text = text
    kind = Self.kind(ofPlain: text)
  }

  private static func kind(ofPlain text: String) -> Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "false", "False", "FALSE": return .bool
    case ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF", ".nan", ".NaN", ".NAN":
      return .float
    default: break
    }
    if integer(text) != nil { return .integer }
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first), text.utf8.contains(where: isDigit),
      text.utf8.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) }), Double(text) != nil
    else { return .string }
    return .float
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Reads decimal, `0x…`, `0o…` and, as in file modes, `0…` octal; `nil` for other text.
  static func integer(_ text: some StringProtocol) -> Int64? {
    var digits = text[...]
    var sign: Int64 = 1
    if digits.first == "-" { sign = -1 }
    if digits.first == "-" || digits.first == "+" { digits = digits.dropFirst() }
    guard let first = digits.utf8.first, isDigit(first) else { return nil }
    var radix = 10
    if digits.hasPrefix("0x") {
      radix = 16
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0o") {
      radix = 8
      digits = digits.dropFirst(2)
    } else if first == 0x30, digits.utf8.count > 1 {
      radix = 8
      digits = digits.dropFirst()
    }
    guard digits.first?.isHexDigit == true, let value = Int64(digits, radix: radix) else { return nil }
    return sign * value
  }

  /// Reads a Boolean. Also accepts the words of YAML 1.1, because the schema asks for a Boolean here.
  static func boolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "y", "1": true
    case "false", "no", "off", "n", "0": false
    default: nil
    }
  }
}
