public import EngineModel

/// `POST /containers/{id}/attach`.
public struct AttachRequest: Sendable, Hashable {
  /// What was written before comes first.
  public var logs: Bool
  /// What is written from now on follows.
  public var stream: Bool
  public var stdin: Bool
  public var stdout: Bool
  public var stderr: Bool

  public init(logs: Bool = false, stream: Bool = true, stdin: Bool = false, stdout: Bool = true, stderr: Bool = true) {
    self.logs = logs
    self.stream = stream
    self.stdin = stdin
    self.stdout = stdout
    self.stderr = stderr
  }
}

/// `GET /containers/{id}/logs`.
public struct LogRequest: Sendable, Hashable {
  public var follow: Bool
  public var stdout: Bool
  public var stderr: Bool
  public var since: Timestamp?
  public var until: Timestamp?
  /// Each line begins with the time it was written.
  public var timestamps: Bool
  /// Each line has before it what the log options ask for: labels, variables, the tag.
  public var details: Bool
  /// Only the last so many lines; `nil`: all.
  public var tail: Int?

  public init(
    follow: Bool = false, stdout: Bool = true, stderr: Bool = true, since: Timestamp? = nil, until: Timestamp? = nil,
    timestamps: Bool = false, details: Bool = false, tail: Int? = nil
  ) {
    self.details = details
    self.follow = follow
    self.stdout = stdout
    self.stderr = stderr
    self.since = since
    self.until = until
    self.timestamps = timestamps
    self.tail = tail
  }
}

/// `POST /containers/{id}/exec`.
public struct ExecRequest: Sendable, Hashable {
  public var command: [String]
  public var environment: [String] = []
  public var user: String = ""
  public var workingDirectory: String = ""
  public var privileged = false
  public var tty = false
  public var attachStdin = false
  public var attachStdout = false
  public var attachStderr = false
  public var detachKeys: String = ""
  public var consoleHeight = 0
  public var consoleWidth = 0

  public init(command: [String]) { self.command = command }
}
