/// A command line that does not follow the grammar, or a value that means nothing: said before anything is asked of the
/// engine.
struct UsageError: Error, Equatable {
  enum Kind: Sendable, Equatable {
    /// The words cannot be read: exit code 125, usage shown.
    case grammar
    /// Too few or too many arguments, or a command that does not exist: exit code 1.
    case arguments
    /// A value that cannot be: exit code 125 for `run` and `create`, 1 elsewhere.
    case value
  }

  let kind: Kind
  let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  static func grammar(_ message: String) -> UsageError { UsageError(.grammar, message) }
  static func arguments(_ message: String) -> UsageError { UsageError(.arguments, message) }
  static func value(_ message: String) -> UsageError { UsageError(.value, message) }
}
