import Addressing
import Coordination
import NetworkPlan

/// The foreign firewall tables as they were last read, and the next reading of them.
struct ForeignFirewallMonitor: Sendable {
  private(set) var tables: [ForeignTable] = []
  private(set) var verdicts = ForeignVerdicts([])
  /// Bridges of other engines.
  private(set) var neighbours: Set<InterfaceName> = []
  /// The rules in Docker's chain DOCKER-USER for which this engine last updated its own.
  var dockerUserInput: DockerUserInput?
  /// firewalld's rules and this engine's bridges at the last successful update of firewalld's zone.
  var firewalldInput: FirewalldInput?
  let firewalldLock = KeyedLock<String>()
  private var lastReading: ContinuousClock.Instant?
  private var nextReading: Task<Void, Never>?

  /// The shortest time between two readings.
  static let interval: Duration = .milliseconds(250)

  /// Whether the last reading is too recent for another one.
  func isCurrent(at now: ContinuousClock.Instant) -> Bool { lastReading.map { $0 + Self.interval > now } ?? false }

  mutating func beginReading(at now: ContinuousClock.Instant) { lastReading = now }

  /// Schedules a reading after a change. Changes that follow soon share it.
  mutating func scheduleReading(at now: ContinuousClock.Instant, _ read: @escaping @Sendable () async -> Void) {
    guard nextReading == nil else { return }
    let due = max(now + .milliseconds(50), (lastReading ?? now) + Self.interval)
    nextReading = Task {
      try? await Task.sleep(until: due, clock: .continuous)
      guard !Task.isCancelled else { return }
      await read()
    }
  }

  /// The scheduled reading begins: later changes need another one.
  mutating func beginScheduledReading() { nextReading = nil }

  mutating func cancel() { nextReading?.cancel() }

  /// - Returns: the findings that the last reading did not have, and whether the neighbours changed.
  mutating func update(
    _ tables: [ForeignTable], neighbours: Set<InterfaceName>
  ) -> (findings: [ForeignVerdicts.Finding], neighboursChanged: Bool) {
    let known = verdicts.findings
    let neighboursChanged = neighbours != self.neighbours
    self.tables = tables
    verdicts = ForeignVerdicts(tables)
    self.neighbours = neighbours
    return (verdicts.findings.filter { !known.contains($0) }, neighboursChanged)
  }
}
