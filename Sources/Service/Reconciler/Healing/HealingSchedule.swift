/// When what is to be restored: soon, all that comes close together at once, and ever more seldom where somebody keeps
/// changing it. Pure: the caller brings the time.
struct HealingSchedule {
  /// What was found damaged, when it is due.
  struct Item: Sendable {
    let subject: HealingSubject
    let marks: Set<DriftMark>
  }

  private struct Pending {
    var marks: Set<DriftMark> = []
    var due: ContinuousClock.Instant
  }

  private struct Past {
    var heals = 0
    var last: ContinuousClock.Instant
  }

  /// What comes within this time of the first change is one repair.
  static let gathering: Duration = .milliseconds(25)
  /// So many repairs close to each other are done at once; the next ones wait.
  static let patience = 5
  static let longest: Duration = .seconds(60)
  /// After so long without damage all is forgotten.
  static let forgiveness: Duration = .seconds(60)

  private var pending: [HealingSubject: Pending] = [:]
  private var past: [HealingSubject: Past] = [:]

  /// - Returns: how long the repair waits, when that is because of too many before.
  mutating func note(_ report: DriftReport, at now: ContinuousClock.Instant) -> Duration? {
    guard report.hasDrifted else {
      pending[report.subject]?.marks.remove(report.mark)
      if pending[report.subject]?.marks.isEmpty == true { pending[report.subject] = nil }
      return nil
    }
    if pending[report.subject] != nil {
      pending[report.subject]?.marks.insert(report.mark)
      return nil
    }
    let wait = wait(for: report.subject, now)
    pending[report.subject] = Pending(marks: [report.mark], due: now + wait)
    return wait > Self.gathering ? wait : nil
  }

  private mutating func wait(for subject: HealingSubject, _ now: ContinuousClock.Instant) -> Duration {
    guard let before = past[subject] else { return Self.gathering }
    if before.last + Self.forgiveness + Self.longest < now {
      past[subject] = nil
      return Self.gathering
    }
    guard before.heals >= Self.patience else { return Self.gathering }
    let seconds = 1 << min(before.heals - Self.patience, 6)
    return min(.seconds(seconds), Self.longest)
  }

  /// When the next repair is due.
  var next: ContinuousClock.Instant? { pending.values.map(\.due).min() }

  /// Takes out what is due.
  mutating func takeDue(at now: ContinuousClock.Instant) -> [Item] {
    let due = pending.filter { $0.value.due <= now }
    for subject in due.keys { pending[subject] = nil }
    return due.map { Item(subject: $0.key, marks: $0.value.marks) }
  }

  /// Something was restored, or could not be.
  mutating func didHeal(_ subject: HealingSubject, at now: ContinuousClock.Instant) {
    past = past.filter { $0.value.last + Self.forgiveness + Self.longest >= now }
    past[subject] = Past(heals: (past[subject]?.heals ?? 0) + 1, last: now)
  }
}
