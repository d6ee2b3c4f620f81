package import EngineModel

/// Selects a part of a log.
package struct LogQuery: Sendable, Hashable {
  package var stdout: Bool
  package var stderr: Bool
  /// Inclusive.
  package var since: Timestamp?
  /// Inclusive.
  package var until: Timestamp?
  /// The number of lines from the end; `nil`: all.
  package var tail: Int?
  /// Waits for new entries until the container ends.
  package var follow: Bool

  package init(
    stdout: Bool = true, stderr: Bool = true, since: Timestamp? = nil, until: Timestamp? = nil, tail: Int? = nil,
    follow: Bool = false
  ) {
    self.stdout = stdout
    self.stderr = stderr
    self.since = since
    self.until = until
    self.tail = tail
    self.follow = follow
  }

  func includes(_ entry: LogEntry) -> Bool {
    guard entry.stream == .stdout ? stdout : stderr else { return false }
    if let since, entry.time < since { return false }
    return true
  }
}
