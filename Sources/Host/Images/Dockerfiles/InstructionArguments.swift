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
    var arguments: [String] = []
    var argument = ""
    var quote: Character?
    var isEscaped = false
    for character in text {
      if !isEscaped, quote == nil, character == " " || character == "\t" {
        if !argument.isEmpty { arguments.append(argument) }
        argument = ""
        continue
      }
      argument.append(character)
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
    return argument.isEmpty ? arguments : arguments + [argument]
  }

  /// `NAME=value NAME="other value"`, or the old form `NAME value with blanks`.
  static func pairs(_ instruction: String, _ text: String) throws(EngineError) -> [(name: String, value: String)] {
    let arguments = try unquoted(instruction, text)
    guard let first = arguments.first else {
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
    for argument in arguments {
      guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
        throw EngineError(
          .invalidParameter,
          argument.contains("=")
            ? "\(instruction) names can not be blank"
            : "Syntax error - can't find = in \"\(argument)\". Must be of the form: name=value")
      }
      pairs.append((String(argument[..<equals]), String(argument[argument.index(after: equals)...])))
    }
    return pairs
  }

  /// Arguments separated by blanks, with quotes and escapes resolved.
  private static func unquoted(_ instruction: String, _ text: String) throws(EngineError) -> [String] {
    var arguments: [String] = []
    var argument: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        // Inside double quotes a backslash is literal unless it precedes a quote, a dollar sign or a backslash.
        if quote != nil, !"\"\\$".contains(character) { argument = (argument ?? "") + "\\" }
        argument = (argument ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { argument = (argument ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        argument = argument ?? ""
      } else if character == " " || character == "\t" {
        if let done = argument.take() { arguments.append(done) }
      } else {
        argument = (argument ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else {
      throw EngineError(
        .invalidParameter, "unexpected end of statement while looking for matching quote in \(instruction)")
    }
    if let argument { arguments.append(argument) }
    return arguments
  }
}
