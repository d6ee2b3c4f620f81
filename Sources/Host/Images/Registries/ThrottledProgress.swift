import EngineModel

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
