/// The help that lists commands.
struct OverviewText {
  let help: HelpText

  func program() -> String {
    let commands = CommandCatalog.all.filter { !$0.isHidden }.compactMap { command -> (String, String)? in
      command.paths.first { $0.count == 1 }.map { ($0[0], command.summary) }
    }
    var text = "Usage:  \(help.program) [OPTIONS] COMMAND\n\nContainers on networks that explain themselves\n"
    text += "\nManagement Commands:\n" + Self.lines(CommandGroup.all.map { ($0.name, $0.summary) })
    text += "\nCommands:\n" + Self.lines(commands.sorted { $0.0 < $1.0 })
    text += "\nGlobal Options:\n" + help.optionLines(GlobalOptions.specifications)
    return text + "\nRun '\(help.program) COMMAND --help' for more information on a command.\n"
  }

  func group(_ group: CommandGroup) -> String {
    let commands = CommandCatalog.all.compactMap { command -> (String, String)? in
      command.paths.first { $0.count == 2 && $0[0] == group.name }.map { ($0[1], command.summary) }
    }
    let name = "\(help.program) \(group.name)"
    return "Usage:  \(name) COMMAND\n\n\(group.summary)\n\nCommands:\n"
      + Self.lines(commands.sorted { $0.0 < $1.0 })
      + "\nRun '\(name) COMMAND --help' for more information on a command.\n"
  }

  private static func lines(_ rows: [(String, String)]) -> String {
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    return rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))\($0.1)\n" }.joined()
  }
}
