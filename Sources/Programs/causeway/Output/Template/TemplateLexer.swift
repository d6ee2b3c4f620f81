import EngineAPI
import JSON

/// Splits a template of Go's `text/template` into text and actions, and an action into tokens.
struct TemplateLexer {
  enum Segment: Equatable {
    case text(String)
    case action([Token])
  }

  enum Token: Equatable {
    /// `.`, `.Name.Name`: the names.
    case field([String])
    /// `$name.Name`: the variable's name (empty for `$`) and the names that follow.
    case variable(String, [String])
    case word(String)
    case string(String)
    case number(String)
    /// `(`, `)`, `|`, `,`, `:=`, `=`.
    case sign(String)
  }

  static func segments(_ template: String) throws(TemplateError) -> [Segment] {
    var segments: [Segment] = []
    var rest = template[...]
    var trimsStart = false
    while let open = rest.firstRange(of: "{{")?.lowerBound {
      var text = rest[..<open]
      if trimsStart { text = text.drop(while: \.isWhitespace) }
      rest = rest[open...].dropFirst(2)
      if rest.hasPrefix("- ") {
        while text.last?.isWhitespace == true { text = text.dropLast() }
        rest = rest.dropFirst(2)
      }
      if !text.isEmpty { segments.append(.text(String(text))) }
      if rest.hasPrefix("/*") {
        guard let end = rest.firstRange(of: "*/")?.lowerBound else { throw TemplateError("unclosed comment") }
        rest = rest[end...].dropFirst(2)
        trimsStart = rest.hasPrefix(" -")
        rest = rest.drop { $0 != "}" }.dropFirst(2)
        continue
      }
      var lexer = ActionLexer(rest: rest)
      segments.append(.action(try lexer.tokens()))
      rest = lexer.rest
      trimsStart = lexer.trimsNext
    }
    if trimsStart { rest = rest.drop(while: \.isWhitespace) }
    if !rest.isEmpty { segments.append(.text(String(rest))) }
    return segments
  }
}

private struct ActionLexer {
  var rest: Substring
  var trimsNext = false

  /// The tokens up to the closing braces. Consumes the braces.
  mutating func tokens() throws(TemplateError) -> [TemplateLexer.Token] {
    var tokens: [TemplateLexer.Token] = []
    while let character = rest.first {
      if rest.hasPrefix("}}") {
        rest = rest.dropFirst(2)
        return tokens
      }
      if rest.hasPrefix("-}}") {
        rest = rest.dropFirst(3)
        trimsNext = true
        return tokens
      }
      switch character {
      case " ", "\t", "\n", "\r": rest = rest.dropFirst()
      case "(", ")", "|", ",", "=":
        tokens.append(.sign(String(character)))
        rest = rest.dropFirst()
      case ":":
        guard rest.hasPrefix(":=") else { throw TemplateError("expected :=") }
        tokens.append(.sign(":="))
        rest = rest.dropFirst(2)
      case "\"": tokens.append(.string(try interpreted()))
      case "`":
        let body = rest.dropFirst().prefix { $0 != "`" }
        rest = rest[body.endIndex...]
        guard rest.first == "`" else { throw TemplateError("unterminated raw quoted string") }
        rest = rest.dropFirst()
        tokens.append(.string(String(body)))
      case ".":
        tokens.append(.field(names()))
      case "$":
        rest = rest.dropFirst()
        tokens.append(.variable(identifier(), names()))
      case _ where character.isNumber || character == "-" || character == "+":
        let body = rest.prefix { $0.isNumber || "+-.eExX_".contains($0) || $0.isHexDigit }
        rest = rest[body.endIndex...]
        tokens.append(.number(String(body)))
      case _ where character.isLetter || character == "_": tokens.append(.word(identifier()))
      default: throw TemplateError("unexpected \(String(character).quoted) in command")
      }
    }
    throw TemplateError("unclosed action")
  }

  private mutating func identifier() -> String {
    let body = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    rest = rest[body.endIndex...]
    return String(body)
  }

  private mutating func names() -> [String] {
    var names: [String] = []
    while rest.first == "." {
      rest = rest.dropFirst()
      let name = identifier()
      guard !name.isEmpty else { break }
      names.append(name)
    }
    return names
  }

  private mutating func interpreted() throws(TemplateError) -> String {
    rest = rest.dropFirst()
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\":
        switch rest.popFirst() {
        case "n": text += "\n"
        case "t": text += "\t"
        case "r": text += "\r"
        case .some(let other): text.append(other)
        case nil: throw TemplateError("unterminated quoted string")
        }
      default: text.append(character)
      }
    }
    throw TemplateError("unterminated quoted string")
  }
}
