public import EngineModel

/// `POST /containers/{id}/attach`.
public struct AttachRequest: Sendable, Hashable {
  /// Sends the log first.
  public var logs: Bool
  /// Sends new output.
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
  /// Starts each line with its time.
  public var timestamps: Bool
  /// Starts each line with the labels, variables and tag that the log options name.
  public var details: Bool
  /// The number of lines from the end; `nil`: all.
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
