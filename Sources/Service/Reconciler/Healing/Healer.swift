package import Kernel
package import Logging
import NetworkPlan

/// Watches the kernel and removes drift.
///
/// Notifications that arrive close together cause one repair, of the objects that they name. If something keeps changing
/// the same object, the repairs slow down to one a minute, and the log says so. The firewall isolates, so it is restored
/// every time; see ``HealingSchedule``.
package actor Healer {
  private let reconciler: Reconciler
  private let logger: Logger
  private let restores: Bool
  private let didHeal: @Sendable (Healing) async -> Void
  private let foreignTablesChanged: @Sendable () async -> Void
  private var schedule = HealingSchedule()
  private var timer: Task<Void, Never>?
  private var isHealing = false
  private var lastOwner = -1

  /// The interval at which settings are compared about which the kernel sends no notification, and the number of owners
  /// compared each time.
  private static let settingsInterval: Duration = .seconds(10)
  private static let settingsCount = 16

  /// - Parameters:
  ///   - restores: whether drift is removed. If not, only foreign tables are watched.
  ///   - foreignTablesChanged: called when something changed a foreign table of the host.
  ///   - didHeal: called after each repair.
  package init(
    reconciler: Reconciler, logger: Logger, restores: Bool,
    foreignTablesChanged: @escaping @Sendable () async -> Void, didHeal: @escaping @Sendable (Healing) async -> Void
  ) {
    self.reconciler = reconciler
    self.logger = logger
    self.restores = restores
    self.foreignTablesChanged = foreignTablesChanged
    self.didHeal = didHeal
  }

  /// Watches and heals until the task is cancelled.
  package func run(_ watch: KernelWatch) async {
    let settings = restores ? Task { await self.compareSettings() } : nil
    await watch.run { report in await self.handle(report) }
    settings?.cancel()
    timer?.cancel()
  }

  func handle(_ report: KernelWatch.Report) async {
    if case .firewall(let change) = report.event, report.namespace == .host, !change.isOurs, change.parts.isEmpty {
      return await foreignTablesChanged()
    }
    guard restores else { return }
    let now = ContinuousClock.now
    for drift in await reconciler.drift(in: report) {
      if let delay = schedule.record(drift, at: now) {
        logger.warning(
          "another program keeps changing the engine's network; the engine now restores it less often",
          metadata: ["subject": "\(drift.subject)", "next": "\(delay)"])
      }
    }
    setTimer()
  }

  private func setTimer() {
    guard !isHealing else { return }
    timer?.cancel()
    timer = schedule.next.map { due in
      Task {
        do {
          try await Task.sleep(until: due, clock: .continuous)
        } catch {
          return
        }
        await self.healDue()
      }
    }
  }

  private func healDue() async {
    guard !isHealing else { return }
    isHealing = true
    for item in schedule.takeDue(at: .now).sorted(by: { $0.subject.order < $1.subject.order }) {
      await heal(item)
    }
    isHealing = false
    setTimer()
  }

  private func heal(_ item: HealingSchedule.Item) async {
    let start = ContinuousClock.now
    do {
      guard let healing = try await reconciler.heal(item) else { return }
      schedule.didHeal(item.subject, at: .now, taking: .now - start)
      if schedule.isWorthLogging(item.subject) { log(healing) }
      await didHeal(healing)
      guard !healing.failures.isEmpty else { return }
    } catch {
      schedule.didHeal(item.subject, at: .now, taking: .now - start)
      logger.error("removing drift: \(error)", metadata: ["subject": "\(item.subject)"])
    }
    for mark in item.marks {
      _ = schedule.record(DriftReport(subject: item.subject, mark: mark, hasDrifted: true), at: .now)
    }
  }

  private func log(_ healing: Healing) {
    let owner = healing.owner.map { "\($0)" } ?? "firewall"
    logger.warning(
      "another program changed the engine's network; the engine restored it",
      metadata: ["owner": "\(owner)", "changes": "\(healing.plan.changes.map(\.commands).joined(separator: "; "))"])
    for failure in healing.failures {
      logger.error("not restored: \(failure)", metadata: ["owner": "\(owner)"])
    }
  }

  private func compareSettings() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: Self.settingsInterval)
        var last = lastOwner
        let healings = try await reconciler.healSettings(after: &last, count: Self.settingsCount)
        lastOwner = last
        for healing in healings {
          log(healing)
          await didHeal(healing)
        }
      } catch is CancellationError {
        return
      } catch {
        logger.error("comparing settings: \(error)")
      }
    }
  }
}

extension HealingSubject {
  /// Networks come before the sandboxes whose links are ports of the networks' bridges.
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
