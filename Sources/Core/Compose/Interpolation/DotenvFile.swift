/// Parses a `.env` file or an `env_file`. A line is `NAME=value` or `NAME: value`, with an optional `export`; `#`
/// starts a comment. Variables are expanded in unquoted and double-quoted values, not in single-quoted ones. Double
/// quotes support `\n`, `\r`, `\t`, `\"`, `\\` and `\$`. Quoted values may span lines. A name without a value takes it
/// from the environment.
struct DotenvFile {
  private let file: String
  private let characters: [Character]
  private let lookup: (String) -> String?
  private var position = 0
  private var line = 1
  private var lineStart = 0
  private var values: [(name: String, value: String?)] = []

  /// - Parameters:
  ///   - lookup: the environment, which overrides the file's own variables in expansions.
  /// - Returns: the variables in the file's order; `nil` for a name without a value that the environment does not have.
  static func parse(_ text: String, file: String, lookup: @escaping (String) -> String?) throws(ComposeError)
    -> [(name: String, value: String?)]
  {
    var reader = DotenvFile(text, file: file, lookup: lookup)
    while try reader.statement() {}
    return reader.values
  }

  /// Parses `format: raw`: everything after the first `=` is the value.
  static func parseRaw(_ text: String, file: String, lookup: (String) -> String?) throws(ComposeError)
    -> [(name: String, value: String?)]
  {
    var values: [(name: String, value: String?)] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.drop { $0 == " " || $0 == "\t" }
      guard let first = line.first, first != "#" else { continue }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard !parts[0].isEmpty, !parts[0].contains(where: \.isWhitespace) else {
        throw ComposeError(
          SourceLocation(file: file, line: number + 1, column: 1), "found \"\(parts[0])\", expected a variable's name")
      }
      let name = String(parts[0])
      values.append((name, parts.count == 2 ? String(parts[1]) : lookup(name)))
    }
    return values
  }

  private init(_ text: String, file: String, lookup: @escaping (String) -> String?) {
    self.file = file
    characters = Array(text)
    self.lookup = lookup
  }

  private var current: Character? { position < characters.count ? characters[position] : nil }

  private mutating func advance() {
    if let current, current.isNewline {
      line += 1
      lineStart = position + 1
    }
    position += 1
  }

  private func failure(_ message: String) -> ComposeError {
    ComposeError(SourceLocation(file: file, line: line, column: position - lineStart + 1), message)
  }

  private mutating func skip(_ isSkipped: (Character) -> Bool) {
    while let current, isSkipped(current) { advance() }
  }

  private mutating func statement() throws(ComposeError) -> Bool {
    skip { $0.isWhitespace || $0 == "\u{FEFF}" }
    guard let first = current else { return false }
    guard first != "#" else {
      skip { !$0.isNewline }
      return true
    }
    var name = self.name()
    if name == "export", current == " " || current == "\t" {
      skip { $0 == " " || $0 == "\t" }
      name = self.name()
    }
    guard !name.isEmpty else {
      throw failure("found \"\(current.map(String.init) ?? "the end")\", expected a variable's name")
    }
    skip { $0 == " " || $0 == "\t" }
    switch current {
    case "=", ":":
      advance()
      skip { $0 == " " || $0 == "\t" }
      values.append((name, try value()))
    case nil: values.append((name, lookup(name)))
    case let character? where character.isNewline || character == "#":
      skip { !$0.isNewline }
      values.append((name, lookup(name)))
    case let character?: throw failure("found \"\(character)\" after \(name), expected =")
    }
    return true
  }

  private mutating func name() -> String {
    let start = position
    while let character = current, character.isLetter || character.isNumber || "_.-[]".contains(character) { advance() }
    return String(characters[start..<position])
  }

  private mutating func value() throws(ComposeError) -> String {
    switch current {
    case "'": return try singleQuoted()
    case "\"": return try doubleQuoted()
    default: return try bare()
    }
  }

  private mutating func bare() throws(ComposeError) -> String {
    let start = position
    while let character = current, !character.isNewline {
      if character == "#", position == start || characters[position - 1].isWhitespace { break }
      advance()
    }
    var text = characters[start..<position]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    skip { !$0.isNewline }
    return try filled(String(text))
  }

  private mutating func singleQuoted() throws(ComposeError) -> String {
    let opening = failure("found ' without a closing one")
    advance()
    let start = position
    skip { $0 != "'" }
    guard current != nil else { throw opening }
    let text = String(characters[start..<position])
    try finishQuoted()
    return text
  }

  private mutating func doubleQuoted() throws(ComposeError) -> String {
    let opening = failure("found \" without a closing one")
    advance()
    var text = ""
    while let character = current, character != "\"" {
      advance()
      guard character == "\\", let escaped = current else {
        text.append(character)
        continue
      }
      advance()
      switch escaped {
      case "n": text += "\n"
      case "r": text += "\r"
      case "t": text += "\t"
      case "\"", "\\": text.append(escaped)
      // Protects the dollar sign from expansion.
      case "$": text += "$$"
      default: text += "\\\(escaped)"
      }
    }
    guard current != nil else { throw opening }
    try finishQuoted()
    return try filled(text)
  }

  /// Only a comment may follow a closing quote.
  private mutating func finishQuoted() throws(ComposeError) {
    advance()
    skip { $0 == " " || $0 == "\t" }
    guard let character = current, !character.isNewline else { return }
    guard character == "#" else {
      throw failure("found \"\(character)\" after the closing quote, expected the line's end")
    }
    skip { !$0.isNewline }
  }

  private func filled(_ text: String) throws(ComposeError) -> String {
    let known = values
    let lookup = lookup
    do throws(VariableTemplate.Failure) {
      return try VariableTemplate.fill(text) { name in
        lookup(name) ?? known.last { $0.name == name }?.value
      }.text
    } catch {
      switch error {
      case .malformed(let reason): throw failure("found \"\(text)\", which cannot be expanded: \(reason)")
      case .required(let name, let message):
        throw failure("the required variable \(name) is missing a value\(message.isEmpty ? "" : ": \(message)")")
      }
    }
  }
}
