/// One progress message of a pull or push, as the docker command prints it.
package struct TransferEvent: Sendable, Hashable {
  /// Docker's text: "Downloading", "Pull complete".
  package var status: String
  /// The short digest of the layer, or another subject.
  package var id: String?
  /// Transferred and total bytes.
  package var current: Int64?
  package var total: Int64?
  /// The pushed manifest, for programs. Such an event has no status.
  package var pushed: Pushed?

  package struct Pushed: Sendable, Hashable {
    package var tag: String
    package var digest: Digest
    package var size: Int
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
package typealias TransferEventHandler = @Sendable (TransferEvent) -> Void

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
  package static func outcome(isNew: Bool, _ name: String) -> TransferEvent {
    TransferEvent("Status: \(isNew ? "Downloaded newer image" : "Image is up to date") for \(name)")
  }
}
