package import Kernel

/// The result of a command that has ended.
package struct CommandOutput: Sendable, CustomStringConvertible {
  /// The arguments as given, without the prefix that enters the host.
  package let arguments: [String]
  package let status: ExitStatus
  package let stdout: String
  package let stderr: String

  /// The exit code as shells number it.
  package var code: Int32 { status.code }

  /// Standard output without surrounding white space.
  package var text: String { stdout.trimmed }

  /// The non-empty lines of standard output.
  package var lines: [String] {
    stdout.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.trimmed.isEmpty }
  }

  /// Standard output followed by standard error.
  package var all: String { stdout + stderr }

  package var description: String {
    "\(arguments.joined(separator: " ")): \(status)\nstdout: \(stdout)\nstderr: \(stderr)"
  }

  /// Throws with the whole output unless the command succeeded.
  @discardableResult
  package func succeeded() throws -> CommandOutput {
    guard status.isSuccess else { throw CommandFailure(output: self) }
    return self
  }
}

/// A command failed that had to succeed.
package struct CommandFailure: Error, CustomStringConvertible {
  package let output: CommandOutput

  package var description: String { "\(output)" }
}

/// A command or a condition took too long.
package struct TimedOut: Error, CustomStringConvertible {
  package let what: String
  package let detail: String

  package init(_ what: String, detail: String = "") {
    self.what = what
    self.detail = detail
  }

  package var description: String { "took too long: \(what)\(detail.isEmpty ? "" : "\n\(detail)")" }
}

extension StringProtocol {
  /// Without white space at both ends.
  package var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }
}
