/// A foreign table as `nft list table` prints it: its chains with their hooks and rules.
package struct ForeignTable: Sendable, Hashable {
  package struct Chain: Sendable, Hashable {
    package let name: String
    /// `forward`, `input` …; `nil` for a chain without a hook.
    package var hook: String?
    /// `filter`, `nat` or `route`.
    package var type: String?
    package var dropsByPolicy = false
    package var rules: [String] = []
    /// The rules without their counters and comments.
    package var statements: [String] { rules.map(\.withoutCountersAndComment) }
  }

  /// `ip filter`, `inet firewalld`.
  package let name: String
  package private(set) var chains: [Chain] = []

  /// Reads a listing and ignores everything except chains.
  package init(name: String, listing: String) {
    self.name = name
    var chain: Chain?
    var depth = 0
    for line in listing.split(separator: "\n") {
      let text = line.withoutRemark.trimmed
      if text.isEmpty { continue }
      if chain == nil, depth == 1, text.hasPrefix("chain "), text.hasSuffix("{") {
        chain = Chain(name: String(text.dropFirst("chain ".count).dropLast().trimmed))
        depth = 2
      } else if text == "}" {
        depth -= 1
        if depth == 1, let done = chain.take() { chains.append(done) }
      } else if depth == 2, chain != nil {
        chain?.take(text)
      } else if text.hasSuffix("{") {
        depth += 1
      }
    }
  }

  package func chain(_ name: String) -> Chain? { chains.first { $0.name == name } }

  /// Splits off what a match compares with: one value, or an anonymous set such as `{ "a", "b" }`.
  ///
  /// - Parameter tokens: the words after the match's key.
  static func operand(_ tokens: ArraySlice<String>) -> (values: [String], rest: ArraySlice<String>) {
    guard tokens.first == "{" else { return (Array(tokens.prefix(1)), tokens.dropFirst()) }
    let set = tokens.dropFirst().prefix { $0 != "}" }
    let values = set.map { $0.hasSuffix(",") ? String($0.dropLast()) : $0 }
    return (values, tokens[set.endIndex...].dropFirst())
  }
}

extension ForeignTable.Chain {
  fileprivate mutating func take(_ line: Substring) {
    let tokens = line.split(separator: " ")
    guard tokens.first == "type", tokens.count > 3, tokens[2] == "hook" else {
      rules.append(String(line))
      return
    }
    type = String(tokens[1])
    hook = String(tokens[3])
    dropsByPolicy = line.hasSuffix("policy drop;")
  }
}

extension Substring {
  /// Without nft's remark at the end of the line, such as `table inet firewalld { # progname firewalld`. A number sign in
  /// quotes belongs to the rule.
  fileprivate var withoutRemark: Substring {
    var isQuoted = false
    for index in indices {
      if self[index] == "\"" { isQuoted.toggle() }
      if self[index] == "#", !isQuoted { return self[..<index] }
    }
    return self
  }

  /// Without spaces and tabs at both ends.
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    let end = start.lastIndex { $0 != " " && $0 != "\t" }
    return end.map { start[...$0] } ?? ""
  }
}
