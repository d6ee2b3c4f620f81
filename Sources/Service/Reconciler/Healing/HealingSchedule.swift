/// Decides when each subject is restored: soon after the first notification, and with an exponential back-off where
/// something keeps changing it. Pure: the caller passes the time.
///
/// The firewall has no back-off, because without it there is no isolation. A pause of ``pauseFactor`` times its duration
/// follows each of its repairs, so they never take more than a sixth of the time.
struct HealingSchedule {
  /// A repair that is due.
  struct Item: Sendable {
    let subject: HealingSubject
    let marks: Set<DriftMark>
  }

  private struct Pending {
    var marks: Set<DriftMark> = []
    var due: ContinuousClock.Instant
  }

  private struct History {
    var repairs = 0
    var last: ContinuousClock.Instant
    /// How long the last repair took.
    var duration: Duration = .zero
  }

  /// Notifications within this time after the first one join the same repair.
  static let gatheringTime: Duration = .milliseconds(25)
  /// The same for the firewall.
  static let firewallGatheringTime: Duration = .milliseconds(5)
  static let pauseFactor = 5
  /// So many repairs of one subject happen without a delay; the next ones are delayed.
  static let undelayedRepairs = 5
  static let maximumDelay: Duration = .seconds(60)
  /// After this time without drift, plus the maximum delay, the next repair is not delayed.
  static let resetTime: Duration = .seconds(60)

  private var pending: [HealingSubject: Pending] = [:]
  private var history: [HealingSubject: History] = [:]

  /// - Returns: the delay of the repair, if earlier repairs cause one.
  mutating func record(_ report: DriftReport, at now: ContinuousClock.Instant) -> Duration? {
    guard report.hasDrifted else {
      pending[report.subject]?.marks.remove(report.mark)
      if pending[report.subject]?.marks.isEmpty == true { pending[report.subject] = nil }
      return nil
    }
    if pending[report.subject] != nil {
      pending[report.subject]?.marks.insert(report.mark)
      return nil
    }
    let delay = delay(of: report.subject, now)
    pending[report.subject] = Pending(marks: [report.mark], due: now + delay)
    return delay > Self.gatheringTime && report.subject != .firewall ? delay : nil
  }

  private mutating func delay(of subject: HealingSubject, _ now: ContinuousClock.Instant) -> Duration {
    if case .firewall = subject {
      guard let before = history[subject] else { return Self.firewallGatheringTime }
      let pause = before.last + before.duration * Self.pauseFactor - now
      return max(pause, Self.firewallGatheringTime)
    }
    guard let before = history[subject] else { return Self.gatheringTime }
    if before.last + Self.resetTime + Self.maximumDelay < now {
      history[subject] = nil
      return Self.gatheringTime
    }
    guard before.repairs >= Self.undelayedRepairs else { return Self.gatheringTime }
    let seconds = 1 << min(before.repairs - Self.undelayedRepairs, 6)
    return min(.seconds(seconds), Self.maximumDelay)
  }

  /// When the next repair is due.
  var next: ContinuousClock.Instant? { pending.values.map(\.due).min() }

  /// Removes and returns the repairs that are due.
  mutating func takeDue(at now: ContinuousClock.Instant) -> [Item] {
    let due = pending.filter { $0.value.due <= now }
    for subject in due.keys { pending[subject] = nil }
    return due.map { Item(subject: $0.key, marks: $0.value.marks) }
  }

  /// Records a repair, whether it succeeded or failed.
  ///
  /// - Parameters:
  ///   - now: when it ended.
  ///   - duration: how long it took.
  mutating func didHeal(
    _ subject: HealingSubject, at now: ContinuousClock.Instant, taking duration: Duration = .zero
  ) {
    history = history.filter { $0.value.last + Self.resetTime + Self.maximumDelay >= now }
    history[subject] = History(repairs: (history[subject]?.repairs ?? 0) + 1, last: now, duration: duration)
  }

  /// Whether something keeps changing the subject, so that not every repair is worth a line in the log: after the
  /// undelayed ones, only each one that doubles their number.
  func isWorthLogging(_ subject: HealingSubject) -> Bool {
    guard let repairs = history[subject]?.repairs, repairs > Self.undelayedRepairs else { return true }
    return repairs & (repairs - 1) == 0
  }
}
