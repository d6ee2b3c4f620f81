public import Kernel

/// What a command that was run to its end has left.
public struct CommandOutput: Sendable, CustomStringConvertible {
  /// The vector as it was given, without what was put before it to enter the host.
  public let arguments: [String]
  public let status: ExitStatus
  public let stdout: String
  public let stderr: String

  /// The exit code as a shell numbers it.
  public var code: Int32 { status.code }

  /// Standard output without the white space around it: mostly the one value that was asked for.
  public var text: String { stdout.trimmed }

  /// The lines of standard output that are not empty.
  public var lines: [String] {
    stdout.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.trimmed.isEmpty }
  }

  /// Standard output and then standard error: for looking for words.
  public var all: String { stdout + stderr }

  public var description: String {
    "\(arguments.joined(separator: " ")): \(status)\nstdout: \(stdout)\nstderr: \(stderr)"
  }

  /// Throws, with everything it printed, unless it succeeded.
  @discardableResult
  public func succeeded() throws -> CommandOutput {
    guard status.isSuccess else { throw CommandFailure(output: self) }
    return self
  }
}

/// A command that had to succeed did not.
public struct CommandFailure: Error, CustomStringConvertible {
  public let output: CommandOutput

  public var description: String { "\(output)" }
}

/// A command, or something waited for, took too long.
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
  /// Without the white space at both ends.
  public var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }
}
