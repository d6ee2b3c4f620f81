/// Formats the help of commands like Docker's command line.
struct HelpText {
  let program: String
  /// The columns of the terminal. Docker's command line assumes 80 when there is none.
  let width: Int

  func usageLine(_ command: Command, calledBy path: [String]) -> String {
    let name = command.name(calledBy: path, program: program)
    return command.usage.isEmpty ? "Usage:  \(name)" : "Usage:  \(name) \(command.usage)"
  }

  func text(for command: Command, calledBy path: [String]) -> String {
    var text = usageLine(command, calledBy: path) + "\n\n" + command.summary + "\n"
    if !command.detail.isEmpty { text += "\n" + command.detail + "\n" }
    if command.paths.count > 1 {
      let names = command.paths.map { command.name(calledBy: $0, program: program) }
      text += "\nAliases:\n  " + names.joined(separator: ", ") + "\n"
    }
    let options = optionLines(command.options)
    if !options.isEmpty { text += "\nOptions:\n" + options }
    return text
  }

  /// One line for each option, sorted by name, with the help in a second column.
  func optionLines(_ options: [OptionSpecification]) -> String {
    let rows = options.filter { !$0.isHidden }.sorted { $0.name < $1.name }.map { ($0, label($0)) }
    guard let widest = rows.map(\.1.count).max() else { return "" }
    let column = widest + 3
    return rows.map { option, label in
      let help = option.shownDefault.map { "\(option.help) (default \($0))" } ?? option.help
      let lines = wrap(help, to: max(24, width - column))
      let head = label + String(repeating: " ", count: column - label.count)
      return head + lines.joined(separator: "\n" + String(repeating: " ", count: column)) + "\n"
    }.joined()
  }

  private func label(_ option: OptionSpecification) -> String {
    let name = option.shorthand.map { "  -\($0), --\(option.name)" } ?? "      --\(option.name)"
    return option.typeName.map { "\(name) \($0)" } ?? name
  }

  private func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ", omittingEmptySubsequences: false) {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = String(word)
        } else {
          line += line.isEmpty ? String(word) : " " + word
        }
      }
      lines.append(line)
    }
    return lines
  }
}
