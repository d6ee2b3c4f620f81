/// The variables of a Dockerfile and their expansion (Dockerfile reference, "Environment replacement").
struct DockerfileVariables: Sendable {
  var values: [String: String] = [:]
  var escape: Character = "\\"
  /// Quotes are ordinary text, as in here-documents.
  var keepsQuotes = false

  enum SubstitutionError: Error, Hashable {
    case unclosed
    case modifier(String)
    case name(String)

    var message: String {
      switch self {
      case .unclosed: "syntax error: missing '}'"
      case .modifier(let text): "unsupported modifier (\(text)) in substitution"
      case .name(let text): "bad substitution: \(text)"
      }
    }
  }

  /// Expands `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+alternative}`, and removes quotes.
  func expand(_ text: some StringProtocol) throws(SubstitutionError) -> String {
    var result = ""
    var rest = Substring(text)
    var quote: Character?
    while let character = rest.popFirst() {
      switch character {
      case "'" where quote != "\"" && !keepsQuotes:
        quote = quote == nil ? "'" : nil
      case "\"" where quote != "'" && !keepsQuotes:
        quote = quote == nil ? "\"" : nil
      case escape where quote != "'":
        if let next = rest.popFirst() {
          // Inside quotes the escape character is literal unless it precedes a special character.
          if quote != nil, next != "\"", next != "$", next != escape { result.append(escape) }
          result.append(next)
        }
      case "$" where quote != "'": result += try value(&rest)
      default: result.append(character)
      }
    }
    return result
  }

  /// Expands variables, and leaves quotes and escapes for a parser that resolves them. What it inserts is escaped where
  /// that parser would take it for a quote, an escape or, outside quotes, a separator.
  func expandKeepingQuotes(_ text: some StringProtocol) throws(SubstitutionError) -> String {
    var result = ""
    var rest = Substring(text)
    var quote: Character?
    while let character = rest.popFirst() {
      switch character {
      case "'" where quote != "\"", "\"" where quote != "'":
        quote = quote == nil ? character : nil
        result.append(character)
      case escape where quote != "'":
        result.append(character)
        if let next = rest.popFirst() { result.append(next) }
      case "$" where quote != "'":
        for inserted in try value(&rest) {
          let isSpecial = inserted == "\"" || inserted == escape || inserted == "$"
          if isSpecial || quote == nil && "' \t".contains(inserted) { result.append(escape) }
          result.append(inserted)
        }
      default: result.append(character)
      }
    }
    return result
  }

  private func value(_ rest: inout Substring) throws(SubstitutionError) -> String {
    guard rest.first == "{" else {
      let name = Self.name(&rest)
      return name.isEmpty ? "$" : values[name] ?? ""
    }
    rest.removeFirst()
    let name = Self.name(&rest)
    guard !name.isEmpty else { throw .name(String(rest.prefix { $0 != "}" })) }
    if rest.first == "}" {
      rest.removeFirst()
      return values[name] ?? ""
    }
    let countsEmpty = rest.first == ":"
    if countsEmpty { rest.removeFirst() }
    guard let modifier = rest.popFirst() else { throw .unclosed }
    var word = ""
    var depth = 1
    while true {
      guard let next = rest.popFirst() else { throw .unclosed }
      if next == "{" { depth += 1 }
      if next == "}" {
        depth -= 1
        if depth == 0 { break }
      }
      word.append(next)
    }
    let known = values[name].flatMap { countsEmpty && $0.isEmpty ? nil : $0 }
    switch modifier {
    case "-":
      if let known { return known }
      return try expand(word)
    case "+": return try known == nil ? "" : expand(word)
    case "?":
      guard let known else { throw .name("\(name): \(word.isEmpty ? "is not allowed to be unset" : word)") }
      return known
    default: throw .modifier((countsEmpty ? ":" : "") + String(modifier))
    }
  }

  private static func name(_ rest: inout Substring) -> String {
    var name = ""
    while let next = rest.first, next == "_" || next.isASCII && (next.isLetter || next.isNumber && !name.isEmpty) {
      name.append(next)
      rest.removeFirst()
    }
    return name
  }
}
