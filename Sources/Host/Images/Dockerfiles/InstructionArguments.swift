import EngineModel

/// Parses the arguments of a Dockerfile instruction (Dockerfile reference: shell form, exec form, `NAME=value` pairs).
enum InstructionArguments {
  /// The exec form, a JSON array of strings; `nil` for the shell form.
  static func execForm(_ text: String) -> [String]? {
    guard text.hasPrefix("[") else { return nil }
    return try? CanonicalJSON.decode([String].self, Array(text.utf8), "array")
  }

  /// The exec form, or else arguments separated by blanks.
  static func list(_ text: String) -> [String] {
    execForm(text) ?? text.split { $0 == " " || $0 == "\t" }.map(String.init)
  }

  /// Arguments separated by blanks, with their quotes. Blanks inside quotes do not separate.
  static func quoted(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    for character in text {
      if !isEscaped, quote == nil, character == " " || character == "\t" {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      word.append(character)
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// `NAME=value NAME="other value"`, or the old form `NAME value with blanks`.
  static func pairs(_ instruction: String, _ text: String) throws(EngineError) -> [(name: String, value: String)] {
    let words = try unquoted(instruction, text)
    guard let first = words.first else {
      throw EngineError(.invalidParameter, "\(instruction) requires at least one argument")
    }
    guard first.contains("=") else {
      let parts = text.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
      guard parts.count == 2 else {
        throw EngineError(.invalidParameter, "\(instruction) must have two arguments")
      }
      let value = parts[1].drop { $0 == " " || $0 == "\t" }
      return [(String(parts[0]), try unquoted(instruction, String(value)).joined(separator: " "))]
    }
    var pairs: [(String, String)] = []
    for word in words {
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        throw EngineError(
          .invalidParameter,
          word.contains("=")
            ? "\(instruction) names can not be blank"
            : "Syntax error - can't find = in \"\(word)\". Must be of the form: name=value")
      }
      pairs.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
    }
    return pairs
  }

  /// Arguments separated by blanks, with quotes and escapes resolved.
  private static func unquoted(_ instruction: String, _ text: String) throws(EngineError) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        // Inside double quotes a backslash is literal unless it precedes a quote, a dollar sign or a backslash.
        if quote != nil, !"\"\\$".contains(character) { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\t" {
        if let done = word.take() { words.append(done) }
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else {
      throw EngineError(
        .invalidParameter, "unexpected end of statement while looking for matching quote in \(instruction)")
    }
    if let word { words.append(word) }
    return words
  }
}
