/// A command: its grammar, its help and its action.
struct Command: Sendable {
  /// The names of the command, as words. The help lists the first one.
  let paths: [[String]]
  /// The text after the name in the usage line.
  let usage: String
  let summary: String
  let detail: String
  let options: [OptionSpecification]
  let arguments: ArgumentCount
  let order: OptionParser.Order
  /// The exit code for usage errors and for errors of the engine: 125 for `run` and `create`, where smaller codes are
  /// the container's own.
  let failureCode: Int32
  /// Whether the command forwards signals to a container.
  let passesSignals: @Sendable (ParsedOptions) -> Bool
  /// Whether the command talks to an engine. Other commands must also work when the current context does not exist.
  let usesEngine: Bool
  /// Whether the help leaves the command out. Hidden commands are called by programs.
  let isHidden: Bool
  /// Runs the command and returns the exit code.
  let run: @Sendable (Invocation) async throws -> Int32

  init(
    _ paths: String..., usage: String = "", summary: String, detail: String = "",
    options: [OptionSpecification] = [], arguments: ArgumentCount, order: OptionParser.Order = .interspersed,
    failureCode: Int32 = 1, passesSignals: @escaping @Sendable (ParsedOptions) -> Bool = { _ in false },
    usesEngine: Bool = true, isHidden: Bool = false,
    run: @escaping @Sendable (Invocation) async throws -> Int32
  ) {
    self.paths = paths.map { $0.split(separator: " ").map(String.init) }
    self.usage = usage
    self.summary = summary
    self.detail = detail
    self.options = options
    self.arguments = arguments
    self.order = order
    self.failureCode = failureCode
    self.passesSignals = passesSignals
    self.usesEngine = usesEngine
    self.isHidden = isHidden
    self.run = run
  }

  /// The program's name and the path that the user called the command by.
  func name(calledBy path: [String], program: String) -> String {
    ([program] + path).joined(separator: " ")
  }
}
