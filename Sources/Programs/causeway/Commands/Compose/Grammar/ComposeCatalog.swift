/// All commands below `compose`.
enum ComposeCatalog {
  private static let factories: [@Sendable () -> ComposeCommand] = [
    { .attach }, { .build }, { .commit }, { .config }, { .copy }, { .create }, { .down }, { .events }, { .exec },
    { .export }, { .images }, { .kill }, { .list }, { .logs }, { .pause }, { .port }, { .ps }, { .pull },
    { .push }, { .remove }, { .restart }, { .run }, { .scale }, { .start }, { .stats }, { .stop }, { .top },
    { .unpause }, { .up }, { .version }, { .wait }, { .watch },
  ]

  static var all: [ComposeCommand] { factories.map { $0() } }

  static func find(_ name: String) -> ComposeCommand? { all.first { $0.name == (name == "convert" ? "config" : name) } }

  /// The command list in the help of `compose`.
  static var overview: String {
    let commands = all
    let width = (commands.map(\.name.count).max() ?? 0) + 2
    return "Commands:\n"
      + commands.map { command in
        "  \(command.name)\(String(repeating: " ", count: width - command.name.count))\(command.command.summary)"
      }.joined(separator: "\n")
  }
}
