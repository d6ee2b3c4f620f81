/// A command: its grammar, its help and what it does.
struct Command: Sendable {
  /// The words that call it; the first is the one under which the help lists it.
  let paths: [[String]]
  /// What follows the name in the usage line.
  let usage: String
  let summary: String
  let detail: String
  let options: [OptionSpecification]
  let arguments: ArgumentCount
  let order: OptionParser.Order
  /// With which code the command ends when the command line or the engine refuses: 125 for `run` and `create`, where
  /// smaller codes are the container's own.
  let failureCode: Int32
  /// Whether signals that reach this command are meant for a container.
  let passesSignals: @Sendable (ParsedOptions) -> Bool
  /// Whether it speaks with an engine: what does not must work also when the chosen context is none.
  let usesEngine: Bool
  /// It is there for programs, and no help lists it.
  let isHidden: Bool
  /// Does the work; the result is the exit code.
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

  /// The words after the program's name under the path it was called by.
  func name(calledBy path: [String], program: String) -> String {
    ([program] + path).joined(separator: " ")
  }
}
