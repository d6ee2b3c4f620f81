package import EngineModel

/// `POST /containers/{id}/attach`.
package struct AttachRequest: Sendable, Hashable {
  /// Sends the log first.
  package var logs: Bool
  /// Sends new output.
  package var stream: Bool
  package var stdin: Bool
  package var stdout: Bool
  package var stderr: Bool

  package init(logs: Bool = false, stream: Bool = true, stdin: Bool = false, stdout: Bool = true, stderr: Bool = true) {
    self.logs = logs
    self.stream = stream
    self.stdin = stdin
    self.stdout = stdout
    self.stderr = stderr
  }
}

/// `GET /containers/{id}/logs`.
package struct LogRequest: Sendable, Hashable {
  package var follow: Bool
  package var stdout: Bool
  package var stderr: Bool
  package var since: Timestamp?
  package var until: Timestamp?
  /// Starts each line with its time.
  package var timestamps: Bool
  /// Starts each line with the labels, variables and tag that the log options name.
  package var details: Bool
  /// The number of lines from the end; `nil`: all.
  package var tail: Int?

  package init(
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
package struct ExecRequest: Sendable, Hashable {
  package var command: [String]
  package var environment: [String] = []
  package var user: String = ""
  package var workingDirectory: String = ""
  package var privileged = false
  package var tty = false
  package var attachStdin = false
  package var attachStdout = false
  package var attachStderr = false
  package var detachKeys: String = ""
  package var consoleHeight = 0
  package var consoleWidth = 0

  package init(command: [String]) { self.command = command }
}
