/// A command line that violates the grammar, or an invalid value. It is reported before any request to the engine.
struct UsageError: Error, Equatable {
  enum Kind: Sendable, Equatable {
    /// The options cannot be parsed: exit code 125, with the usage line.
    case grammar
    /// Too few or too many arguments, or an unknown command: exit code 1.
    case arguments
    /// An invalid value: exit code 125 for `run` and `create`, 1 elsewhere.
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
