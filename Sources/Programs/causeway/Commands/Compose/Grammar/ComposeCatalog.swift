/// Every command below `compose`.
enum ComposeCatalog {
  private static let makers: [@Sendable () -> ComposeCommand] = [
    { .attach }, { .build }, { .commit }, { .config }, { .copy }, { .create }, { .down }, { .events }, { .exec },
    { .export }, { .images }, { .kill }, { .list }, { .logs }, { .pause }, { .port }, { .processes }, { .pull },
    { .push }, { .remove }, { .restart }, { .run }, { .scale }, { .start }, { .stats }, { .stop }, { .top },
    { .unpause }, { .up }, { .version }, { .wait }, { .watch },
  ]

  static var all: [ComposeCommand] { makers.map { $0() } }

  static func find(_ name: String) -> ComposeCommand? { all.first { $0.name == (name == "convert" ? "config" : name) } }

  /// The list of commands, for the help of `compose`.
  static var overview: String {
    let commands = all
    let width = (commands.map(\.name.count).max() ?? 0) + 2
    return "Commands:\n"
      + commands.map { command in
        "  \(command.name)\(String(repeating: " ", count: width - command.name.count))\(command.command.summary)"
      }.joined(separator: "\n")
  }
}
