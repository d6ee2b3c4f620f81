public import Kernel

/// The result of a command that has ended.
public struct CommandOutput: Sendable, CustomStringConvertible {
  /// The arguments as given, without the prefix that enters the host.
  public let arguments: [String]
  public let status: ExitStatus
  public let stdout: String
  public let stderr: String

  /// The exit code as shells number it.
  public var code: Int32 { status.code }

  /// Standard output without surrounding white space.
  public var text: String { stdout.trimmed }

  /// The non-empty lines of standard output.
  public var lines: [String] {
    stdout.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.trimmed.isEmpty }
  }

  /// Standard output followed by standard error.
  public var all: String { stdout + stderr }

  public var description: String {
    "\(arguments.joined(separator: " ")): \(status)\nstdout: \(stdout)\nstderr: \(stderr)"
  }

  /// Throws with the whole output unless the command succeeded.
  @discardableResult
  public func succeeded() throws -> CommandOutput {
    guard status.isSuccess else { throw CommandFailure(output: self) }
    return self
  }
}

/// A command failed that had to succeed.
public struct CommandFailure: Error, CustomStringConvertible {
  public let output: CommandOutput

  public var description: String { "\(output)" }
}

/// A command or a condition took too long.
public struct TimedOut: Error, CustomStringConvertible {
  public let what: String
  public let detail: String

  public init(_ what: String, detail: String = "") {
    self.what = what
    self.detail = detail
  }

  public var description: String { "took too long: \(what)\(detail.isEmpty ? "" : "\n\(detail)")" }
}

extension StringProtocol {
  /// Without white space at both ends.
  public var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }
}
