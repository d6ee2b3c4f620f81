import Addressing

/// A parsed nftables rule: its conditions and its action.
///
/// A condition that the parser does not understand becomes ``Condition/unknown``. The rule then never matches with
/// certainty.
struct ParsedRule: Sendable, Hashable {
  enum Condition: Sendable, Hashable {
    case compare([Field], isNegated: Bool, Operand)
    case unknown
  }

  enum Operand: Sendable, Hashable {
    /// A named set of the table.
    case set(String)
    /// A list. The condition holds if one of the values matches.
    case values([String])
  }

  enum Action: Sendable, Hashable {
    case none
    case accept
    case drop
    /// The verdict `return` (nft(8), VERDICT STATEMENTS).
    case returnFromChain
    case jump(String)
    case goto(String)
    /// A verdict for each value of the fields, or a verdict map of the table.
    case verdictMap([Field], Operand)
    /// DNAT, or with `isSource` SNAT, to the address that a map has for the fields.
    case natMap(AddressFamily?, [Field], map: String, isSource: Bool)
    /// DNAT, or with `isSource` SNAT, to a constant address and port. Without a port the packet keeps its own.
    case nat(IPAddress, UInt16?, isSource: Bool)
    /// SNAT to the address of the outgoing link.
    case masquerade
    /// A translation that the parser does not understand.
    case unknownNAT
  }

  let text: String
  let comment: String
  let conditions: [Condition]
  let action: Action

  /// - Parameter line: in nft syntax, with an optional comment at the end.
  init(_ line: String, comment: String = "") {
    var reader = RuleTokens(line)
    var conditions: [Condition] = []
    var action = Action.none
    var found = comment
    while let word = reader.next() {
      switch word {
      case "counter": reader.skipCounter()
      case "comment": found = reader.next().map { String($0.drop { $0 == "\"" }.prefix { $0 != "\"" }) } ?? found
      case "log": reader.skipLog()
      case "notrack": break
      case "accept": action = .accept
      case "return": action = .returnFromChain
      case "drop": action = .drop
      case "reject":
        action = .drop
        reader.end()
      case "jump": action = .jump(reader.next() ?? "")
      case "goto": action = .goto(reader.next() ?? "")
      case "masquerade":
        action = .masquerade
        reader.end()
      case "dnat", "snat":
        action = reader.translation(isSource: word == "snat")
        reader.end()
      case "redirect", "tproxy", "queue":
        action = .unknownNAT
        reader.end()
      case "xt" where reader.peek == "target":
        action = reader.extensionTarget()
        reader.end()
      default:
        guard let fields = reader.fields(startingWith: word) else {
          // iptables writes a comment as a match (`xt match "comment"`). It is not a condition.
          if !(word == "xt" && reader.skipXTComment()) { conditions.append(.unknown) }
          continue
        }
        if reader.peek == "vmap" {
          _ = reader.next()
          action = .verdictMap(fields, reader.operand())
        } else {
          let isNegated = reader.readNegation()
          conditions.append(.compare(fields, isNegated: isNegated, reader.operand()))
        }
      }
    }
    self.conditions = conditions
    self.action = action
    self.comment = found
    text = RuleTokens.withoutCountersAndComment(line)
  }
}

/// The tokens of a rule. Text in quotes or braces is one token.
private struct RuleTokens {
  private var words: [String]
  private var index = 0

  init(_ line: String) {
    words = []
    var word = ""
    var isQuoted = false
    var depth = 0
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, character == "{" { depth += 1 }
      if !isQuoted, character == "}" { depth -= 1 }
      if character == " " || character == "\t", !isQuoted, depth == 0 {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
  }

  /// The rule without counters and comment.
  static func withoutCountersAndComment(_ line: String) -> String {
    var reader = RuleTokens(line)
    var tokens: [String] = []
    while let word = reader.next() {
      if word == "counter" {
        reader.skipCounter()
      } else if word == "comment" {
        break
      } else {
        tokens.append(word)
      }
    }
    return tokens.joined(separator: " ")
  }

  var peek: String? { index < words.count ? words[index] : nil }

  mutating func next() -> String? {
    guard index < words.count else { return nil }
    defer { index += 1 }
    return words[index]
  }

  /// Ignores the rest of the rule.
  mutating func end() { index = words.count }

  /// `counter packets 0 bytes 0`, or `counter` alone.
  mutating func skipCounter() { if peek == "packets" { index = min(index + 4, words.count) } }

  mutating func skipLog() {
    while let word = peek, ["prefix", "level", "flags", "group", "snaplen", "queue-threshold"].contains(word) {
      index = min(index + 2, words.count)
    }
  }

  /// The action of an iptables extension, `target "DNAT"`.
  mutating func extensionTarget() -> ParsedRule.Action {
    _ = next()
    switch next()?.split(separator: "\"").joined() {
    case "REJECT", "DROP": return .drop
    case "DNAT", "REDIRECT", "TPROXY", "NFQUEUE": return .unknownNAT
    case "MASQUERADE": return .masquerade
    default: return .none
    }
  }

  /// - Returns: whether the next tokens are a comment of iptables.
  mutating func skipXTComment() -> Bool {
    guard peek == "match", index + 1 < words.count, words[index + 1].contains("comment") else { return false }
    index += 2
    return true
  }

  /// Reads a comparison operator, if one is next.
  ///
  /// - Returns: whether it negates.
  mutating func readNegation() -> Bool {
    guard peek == "!=" || peek == "==" else { return false }
    return next() == "!="
  }

  /// One field, or several in a concatenation; `nil` if no field begins here.
  mutating func fields(startingWith word: String) -> [Field]? {
    guard let first = field(startingWith: word) else { return nil }
    var fields = [first]
    while peek == "." {
      index += 1
      guard let word = next(), let more = field(startingWith: word) else { return nil }
      fields.append(more)
    }
    return fields
  }

  private mutating func field(startingWith word: String) -> Field? {
    for (names, field) in Field.tokenized where names[0] == word {
      let end = index + names.count - 1
      guard end <= words.count, words[index..<end].elementsEqual(names.dropFirst()) else { continue }
      index = end
      return field
    }
    return nil
  }

  /// The right-hand side of a comparison.
  mutating func operand() -> ParsedRule.Operand {
    guard let word = next() else { return .values([]) }
    if word.hasPrefix("@") { return .set(String(word.dropFirst())) }
    if word.hasPrefix("{") {
      let inside = word.dropFirst().prefix { $0 != "}" }
      return .values(inside.split(separator: ",").map { $0.trimmed })
    }
    return .values(word.hasPrefix("\"") ? [word] : word.split(separator: ",").map(String.init))
  }

  /// `10.0.0.2`, `10.0.0.2:80`, `[fd00::2]:80`.
  private static func addressAndPort(_ word: String) -> (IPAddress, UInt16?)? {
    if let address = IPAddress(word) { return (address, nil) }
    guard let colon = word.lastIndex(of: ":"), let port = UInt16(word[word.index(after: colon)...]) else { return nil }
    let name = word[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
    return IPAddress(name).map { ($0, port) }
  }

  /// `ip to ip daddr . th dport map @published4`.
  mutating func translation(isSource: Bool) -> ParsedRule.Action {
    var family: AddressFamily?
    if let word = peek, word == "ip" || word == "ip6" {
      family = word == "ip" ? .ipv4 : .ipv6
      index += 1
    }
    guard next() == "to", let word = next() else { return .unknownNAT }
    if let (address, port) = Self.addressAndPort(word) { return .nat(address, port, isSource: isSource) }
    guard let fields = fields(startingWith: word), next() == "map",
      case .set(let map) = operand()
    else { return .unknownNAT }
    return .natMap(family, fields, map: map, isSource: isSource)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
