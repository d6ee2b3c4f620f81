/// What is told while an image comes or goes: a line of what `docker pull` and `docker push` print.
public struct TransferEvent: Sendable, Hashable {
  /// Docker's words: "Downloading", "Pull complete".
  public var status: String
  /// The layer, by the beginning of its digest, or what else the line is about.
  public var id: String?
  /// Bytes so far, and of how many.
  public var current: Int64?
  public var total: Int64?
  /// What was pushed, for programs; then there is no status.
  public var pushed: Pushed?

  public struct Pushed: Sendable, Hashable {
    public var tag: String
    public var digest: Digest
    public var size: Int
  }

  init(_ status: String, _ id: String? = nil, current: Int64? = nil, total: Int64? = nil) {
    self.status = status
    self.id = id
    self.current = current
    self.total = total
  }

  init(pushed: Pushed) {
    status = ""
    self.pushed = pushed
  }
}

/// Takes what is told; called from any thread.
public typealias TransferReport = @Sendable (TransferEvent) -> Void

/// Tells of a growing number of bytes, often enough for a person to watch and no more often. For one thread.
struct PacedReport: Sendable {
  private let report: TransferReport
  private let status: String
  private let id: String
  private let total: Int64
  private var current: Int64 = 0
  private var last: ContinuousClock.Instant?

  init(_ status: String, _ id: String, total: Int64, _ report: @escaping TransferReport) {
    self.status = status
    self.id = id
    self.total = total
    self.report = report
  }

  mutating func add(_ bytes: Int) { set(current + Int64(bytes)) }

  mutating func set(_ bytes: Int64) {
    current = bytes
    let now = ContinuousClock.now
    if current < total, let last, now - last < .milliseconds(100) { return }
    last = now
    report(TransferEvent(status, id, current: min(current, total), total: total))
  }
}

extension TransferEvent {
  /// The last line of a pull.
  public static func outcome(isNew: Bool, _ name: String) -> TransferEvent {
    TransferEvent("Status: \(isNew ? "Downloaded newer image" : "Image is up to date") for \(name)")
  }
}
