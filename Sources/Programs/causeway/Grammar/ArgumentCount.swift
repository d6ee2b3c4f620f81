/// The number of arguments that a command accepts.
enum ArgumentCount: Sendable, Equatable {
  case none
  case exactly(Int)
  case atLeast(Int)
  case atMost(Int)
  case between(Int, Int)

  /// The first word of the hint about `--help`. Docker's command line uses both.
  var hint: String { if case .atLeast = self { "See" } else { "Run" } }

  /// - Throws: ``UsageError`` of kind `arguments`, with Docker's message.
  func check(_ count: Int, command: String) throws(UsageError) {
    func plural(_ count: Int) -> String { count == 1 ? "argument" : "arguments" }
    switch self {
    case .none:
      guard count == 0 else { throw .arguments("'\(command)' accepts no arguments") }
    case .exactly(let wanted):
      guard count == wanted else { throw .arguments("'\(command)' requires \(wanted) \(plural(wanted))") }
    case .atLeast(let least):
      guard count >= least else { throw .arguments("'\(command)' requires at least \(least) \(plural(least))") }
    case .atMost(let most):
      guard count <= most else { throw .arguments("'\(command)' requires at most \(most) \(plural(most))") }
    case .between(let least, let most):
      guard (least...most).contains(count) else {
        throw .arguments("'\(command)' requires at least \(least) and at most \(most) \(plural(most))")
      }
    }
  }
}
