/// One progress message of a pull or push, as the docker command prints it.
public struct TransferEvent: Sendable, Hashable {
  /// Docker's text: "Downloading", "Pull complete".
  public var status: String
  /// The short digest of the layer, or another subject.
  public var id: String?
  /// Transferred and total bytes.
  public var current: Int64?
  public var total: Int64?
  /// The pushed manifest, for programs. Such an event has no status.
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

/// Receives events, on any thread.
public typealias TransferEventHandler = @Sendable (TransferEvent) -> Void

/// Reports a growing byte count at most ten times a second. For one thread.
struct ThrottledProgress: Sendable {
  private let report: TransferEventHandler
  private let status: String
  private let id: String
  private let total: Int64
  private var current: Int64 = 0
  private var last: ContinuousClock.Instant?

  init(_ status: String, _ id: String, total: Int64, _ report: @escaping TransferEventHandler) {
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
