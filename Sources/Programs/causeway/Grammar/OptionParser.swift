/// Parses command lines by the rules of spf13/pflag.
struct OptionParser {
  /// How options and arguments mix.
  enum Order: Sendable {
    /// Options and arguments mix freely; `--` ends the options.
    case interspersed
    /// The first argument ends the options. The rest belongs to another program.
    case optionsFirst
  }

  private let byName: [String: OptionSpecification]
  private let byShorthand: [Character: OptionSpecification]
  private let order: Order

  init(_ options: [OptionSpecification], order: Order) {
    var names: [String: OptionSpecification] = [:]
    var shorthands: [Character: OptionSpecification] = [:]
    for option in options {
      names[option.name] = option
      for alias in option.aliases { names[alias] = option }
      if let shorthand = option.shorthand { shorthands[shorthand] = option }
    }
    byName = names
    byShorthand = shorthands
    self.order = order
  }

  /// - Throws: ``UsageError`` of kind `grammar`, with pflag's message.
  func parse(_ words: [String]) throws(UsageError) -> ParsedOptions {
    var parsed = ParsedOptions(declared: Array(byName.values))
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        parsed.arguments += rest
        break
      }
      if word.hasPrefix("--") {
        try long(word, &rest, &parsed)
      } else if isLongWithOneDash(word) {
        try long("-" + word, &rest, &parsed)
      } else if word.hasPrefix("-"), word.utf8.count > 1 {
        try cluster(word, &rest, &parsed)
      } else {
        parsed.arguments.append(word)
        guard order == .interspersed else {
          parsed.arguments += rest
          break
        }
      }
    }
    return parsed
  }

  /// Whether a word such as `-driver` is a long option with one dash, which Docker once accepted and guides still use.
  ///
  /// pflag would read it as `-d river`, which nobody means. A word that can be a cluster of flags (`-all`) stays one.
  private func isLongWithOneDash(_ word: String) -> Bool {
    let name = word.dropFirst().prefix { $0 != "=" }
    guard name.utf8.count > 2, word.hasPrefix("-"), byName[String(name)] != nil, let first = name.first else {
      return false
    }
    return byShorthand[first].map { !$0.isFlag } ?? true
  }

  private func long(_ word: String, _ rest: inout ArraySlice<String>, _ parsed: inout ParsedOptions)
    throws(UsageError)
  {
    let body = word.dropFirst(2)
    let equals = body.firstIndex(of: "=")
    let name = String(equals.map { body[..<$0] } ?? body)
    guard !name.isEmpty, !name.hasPrefix("-") else { throw .grammar("bad flag syntax: \(word)") }
    guard name != "help" else {
      parsed.wantsHelp = true
      return
    }
    guard let option = byName[name] else {
      throw .grammar("unknown flag: --\(name)")
    }
    if let equals {
      try parsed.record(option, String(body[body.index(after: equals)...]))
    } else if option.isFlag {
      try parsed.record(option, "true")
    } else if let value = rest.popFirst() {
      try parsed.record(option, value)
    } else {
      throw .grammar("flag needs an argument: --\(name)")
    }
  }

  private func cluster(_ word: String, _ rest: inout ArraySlice<String>, _ parsed: inout ParsedOptions)
    throws(UsageError)
  {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = byShorthand[letter] else {
        if letter == "h" {
          parsed.wantsHelp = true
          return
        }
        throw .grammar("unknown shorthand flag: \(singleQuoted(letter)) in -\(letter)\(letters)")
      }
      if letters.first == "=", letters.count > 1 {
        try parsed.record(option, String(letters.dropFirst()))
        return
      }
      if option.isFlag {
        try parsed.record(option, "true")
      } else if !letters.isEmpty {
        try parsed.record(option, String(letters))
        return
      } else if let value = rest.popFirst() {
        try parsed.record(option, value)
      } else {
        throw .grammar("flag needs an argument: \(singleQuoted(letter)) in \(word)")
      }
    }
  }

  private func singleQuoted(_ letter: Character) -> String { "'\(letter)'" }
}
