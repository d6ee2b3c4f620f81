public import EngineModel

/// Selects a part of a log.
public struct LogQuery: Sendable, Hashable {
  public var stdout: Bool
  public var stderr: Bool
  /// Inclusive.
  public var since: Timestamp?
  /// Inclusive.
  public var until: Timestamp?
  /// The number of lines from the end; `nil`: all.
  public var tail: Int?
  /// Waits for new entries until the container ends.
  public var follow: Bool

  public init(
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
