public import Kernel
public import Logging
import NetworkPlan

/// Watches the kernel and has restored what others change of ours.
///
/// Changes that come close together are one repair, of what they were about and nothing else. Where somebody keeps
/// changing the same thing the repairs become ever rarer, up to one a minute, and the log says so.
public actor Healer {
  private let reconciler: Reconciler
  private let logger: Logger
  private let restores: Bool
  private let report: @Sendable (Healing) async -> Void
  private let others: @Sendable () async -> Void
  private var schedule = HealingSchedule()
  private var alarm: Task<Void, Never>?
  private var isAtWork = false
  private var lastOwner = -1

  /// The pace at which settings are compared of which the kernel gives no notice, and how many owners' at a time.
  private static let settingsPace: Duration = .seconds(10)
  private static let settingsCount = 16

  /// - Parameters:
  ///   - restores: whether what others change of ours is restored; if not, it only tells of what they do to their own.
  ///   - others: told when others changed firewall tables of the host that are not ours.
  ///   - report: told of every repair.
  public init(
    reconciler: Reconciler, logger: Logger, restores: Bool, others: @escaping @Sendable () async -> Void,
    report: @escaping @Sendable (Healing) async -> Void
  ) {
    self.reconciler = reconciler
    self.logger = logger
    self.restores = restores
    self.others = others
    self.report = report
  }

  /// Does so until the task is cancelled.
  public func run(_ watch: KernelWatch) async {
    let settings = restores ? Task { await self.compareSettings() } : nil
    await watch.run { report in await self.take(report) }
    settings?.cancel()
    alarm?.cancel()
  }

  func take(_ report: KernelWatch.Report) async {
    if case .firewall(let change) = report.event, report.namespace == .host, !change.isOurs, change.parts.isEmpty {
      return await others()
    }
    guard restores else { return }
    let now = ContinuousClock.now
    for damage in await reconciler.judge(report) {
      if let wait = schedule.note(damage, at: now) {
        logger.warning(
          "somebody keeps changing what is the engine's; it is restored less often now",
          metadata: ["subject": "\(damage.subject)", "next": "\(wait)"])
      }
    }
    setAlarm()
  }

  private func setAlarm() {
    guard !isAtWork else { return }
    alarm?.cancel()
    alarm = schedule.next.map { due in
      Task {
        do {
          try await Task.sleep(until: due, clock: .continuous)
        } catch {
          return
        }
        await self.work()
      }
    }
  }

  private func work() async {
    guard !isAtWork else { return }
    isAtWork = true
    for item in schedule.takeDue(at: .now).sorted(by: { $0.subject.order < $1.subject.order }) {
      await heal(item)
    }
    isAtWork = false
    setAlarm()
  }

  private func heal(_ item: HealingSchedule.Item) async {
    do {
      guard let healing = try await reconciler.heal(item) else { return }
      schedule.didHeal(item.subject, at: .now)
      await tell(healing)
      guard !healing.failures.isEmpty else { return }
    } catch {
      schedule.didHeal(item.subject, at: .now)
      logger.error("restoring what others changed: \(error)", metadata: ["subject": "\(item.subject)"])
    }
    for mark in item.marks {
      _ = schedule.note(DriftReport(subject: item.subject, mark: mark, hasDrifted: true), at: .now)
    }
  }

  private func tell(_ healing: Healing) async {
    let owner = healing.owner.map { "\($0)" } ?? "firewall"
    logger.warning(
      "others changed the network of the engine; it was restored",
      metadata: ["owner": "\(owner)", "changes": "\(healing.plan.changes.map(\.words).joined(separator: "; "))"])
    for failure in healing.failures {
      logger.error("not restored: \(failure)", metadata: ["owner": "\(owner)"])
    }
    await report(healing)
  }

  private func compareSettings() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: Self.settingsPace)
        var last = lastOwner
        let healings = try await reconciler.healSettings(after: &last, count: Self.settingsCount)
        lastOwner = last
        for healing in healings { await tell(healing) }
      } catch is CancellationError {
        return
      } catch {
        logger.error("comparing settings: \(error)")
      }
    }
  }
}

extension HealingSubject {
  /// Networks before the sandboxes whose links are their bridges' ports.
  fileprivate var order: Int {
    switch self {
    case .everything: 0
    case .firewall: 1
    case .owner(.host): 2
    case .owner(.parent): 3
    case .owner(.network): 4
    case .owner(.sandbox): 5
    }
  }
}

extension HealingSubject: CustomStringConvertible {
  var description: String {
    switch self {
    case .owner(let owner): owner.description
    case .firewall: "firewall"
    case .everything: "everything"
    }
  }
}
