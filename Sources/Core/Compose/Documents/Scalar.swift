/// A single value of a document: its text, and what YAML says about its type, which is not much.
public struct Scalar: Sendable, Hashable {
  /// What the value is, once the schema has been asked; before that, what its bare text looks like.
  public enum Kind: Sendable, Hashable {
    case null
    case bool
    case integer
    case float
    case string
  }

  public var text: String
  public var kind: Kind

  public init(_ text: String, _ kind: Kind = .string) {
    self.text = text
    self.kind = kind
  }

  /// A scalar without quotes and tag, by the rules of YAML 1.2's core schema and not of 1.1: `on`, `yes` and `22:22` are text.
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

  /// Decimal, `0x…`, `0o…` and, as in file modes, `0…` octal; `nil` for anything else.
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

  /// The truth of a boolean, also of one that came as text; YAML 1.1's words are taken where a boolean is called for.
  static func boolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "y", "1": true
    case "false", "no", "off", "n", "0": false
    default: nil
    }
  }
}
