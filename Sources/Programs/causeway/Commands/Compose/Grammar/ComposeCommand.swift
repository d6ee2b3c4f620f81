/// A command below `compose`: its grammar, its help and its action.
struct ComposeCommand: Sendable {
  /// Holds the grammar and the help. Its own action is empty; ``run`` is called instead.
  let command: Command
  /// Whether the command handles signals itself.
  let takesSignals: Bool
  let run: @Sendable (ComposeInvocation) async throws -> Int32

  init(
    _ name: String, usage: String = "[OPTIONS] [SERVICE...]", summary: String, options: [OptionSpecification] = [],
    arguments: ArgumentCount = .atLeast(0), order: OptionParser.Order = .interspersed, takesSignals: Bool = false,
    run: @escaping @Sendable (ComposeInvocation) async throws -> Int32
  ) {
    command = Command(
      "compose \(name)", usage: usage, summary: summary, options: options, arguments: arguments, order: order
    ) { _ in 0 }
    self.takesSignals = takesSignals
    self.run = run
  }

  var name: String { command.paths[0][1] }
}
