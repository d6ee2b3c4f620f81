import EngineModel
import EngineSettings

/// Parses a command line by the rules of dockerd's flags: `--name value`, `--name=value`, `--flag`, `--flag=false`, `-H
/// value`, `-Hvalue`, `-DH value`.
enum FlagParser {
  static func parse(_ arguments: [String]) throws(UsageError) -> Settings {
    var settings: Settings = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        if let word = rest.first { throw unexpected(word) }
      } else if argument.hasPrefix("--") {
        try long(argument.dropFirst(2), &rest, &settings)
      } else if argument.hasPrefix("-"), argument.count > 1 {
        try short(argument.dropFirst(), &rest, &settings)
      } else {
        throw unexpected(argument)
      }
    }
    return settings
  }

  private static func unexpected(_ word: String) -> UsageError {
    UsageError("\"causewayd\" accepts no arguments: \(word). See 'causewayd --help'.")
  }

  private static func long(
    _ text: Substring, _ rest: inout ArraySlice<String>, _ settings: inout Settings
  ) throws(UsageError) {
    let sign = text.firstIndex(of: "=")
    let name = text[..<(sign ?? text.endIndex)]
    guard let option = Option.all.first(where: { $0.name == name }) else {
      throw UsageError("unknown flag: --\(name)")
    }
    let given = sign.map { String(text[text.index(after: $0)...]) }
    if option.kind == .flag {
      try set(option, given ?? "true", &settings)
    } else if let value = given ?? rest.popFirst() {
      try set(option, value, &settings)
    } else {
      throw UsageError("flag needs an argument: --\(name)")
    }
  }

  private static func short(
    _ text: Substring, _ rest: inout ArraySlice<String>, _ settings: inout Settings
  ) throws(UsageError) {
    var text = text
    while let letter = text.popFirst() {
      guard let option = Option.all.first(where: { $0.short == letter }) else {
        throw UsageError("unknown shorthand flag: '\(letter)'")
      }
      if option.kind == .flag {
        guard text.first != "=" else { return try set(option, String(text.dropFirst()), &settings) }
        try set(option, "true", &settings)
        continue
      }
      if text.first == "=" { text = text.dropFirst() }
      guard let value = text.isEmpty ? rest.popFirst() : String(text) else {
        throw UsageError("flag needs an argument: '\(letter)' in -\(letter)")
      }
      return try set(option, value, &settings)
    }
  }

  private static func set(_ option: Option, _ value: String, _ settings: inout Settings) throws(UsageError) {
    switch option.kind {
    case .flag:
      guard let truth = Bool(text: value) else {
        throw UsageError("invalid argument \"\(value)\" for \"--\(option.name)\" flag: it is neither true nor false")
      }
      settings[option.name] = [truth ? "true" : "false"]
    case .text: settings[option.name] = [value]
    case .list: settings[option.name, default: []].append(value)
    }
  }
}
