import EngineAPI

/// Builds a page from the macros of man(7).
struct Roff {
  var lines: [String]

  init(_ name: String, summary: String) {
    lines = [
      ".TH \(Self.escape(name.uppercased())) 1 \(Product.releaseDate) \"Causeway \(Product.version)\" Causeway",
      ".nh", ".ad l", ".SH NAME", "\(Self.escape(name)) \\- \(Self.escape(summary))",
    ]
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func line(_ line: String) { lines.append(line) }

  mutating func section(_ title: String) { lines.append(".SH \"\(title)\"") }

  /// Adds text that roff may wrap.
  mutating func paragraph(_ text: String) {
    for line in text.split(separator: "\n") { lines.append(Self.guarded(Self.escape(String(line)))) }
  }

  /// Adds text that keeps its line breaks.
  mutating func verbatim(_ text: String) {
    lines += [".PP", ".nf"]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append(line.isEmpty ? "\\&" : Self.guarded(Self.escape(String(line))))
    }
    lines.append(".fi")
  }

  /// - Parameter tag: in roff, already escaped.
  mutating func item(_ tag: String, _ text: String) {
    lines += [".TP", Self.guarded(tag)]
    paragraph(text)
  }

  mutating func options(_ options: [OptionSpecification]) {
    let shown = options.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    guard !shown.isEmpty else { return }
    section("OPTIONS")
    for option in shown {
      var tag = option.shorthand.map { "\\fB\\-\($0)\\fR, " } ?? ""
      tag += "\\fB\(Self.escape("--\(option.name)"))\\fR"
      if let type = option.typeName { tag += " \\fI\(Self.escape(type))\\fR" }
      item(tag, option.shownDefault.map { "\(option.help) (default \($0))" } ?? option.help)
    }
  }

  mutating func seeAlso(_ names: [String]) {
    section("SEE ALSO")
    let known = names.filter { !$0.isEmpty }
    lines.append(known.map { "\\fB\(Self.escape($0))\\fR(1)" }.joined(separator: ",\n"))
  }

  /// Protects a line that starts with a dot or a quote, which roff would read as a request.
  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  static func escape(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "\t": result += " "
      case "…": result += "..."
      default: result.append(character)
      }
    }
    return result
  }
}
