import Kernel
public import NetworkPlan
import Logging
import Nftables

/// Something of ours that others had changed, and what was done to restore it.
public struct Healing: Sendable {
  /// Whose it is; `nil`: the firewall, or all at once.
  public let owner: Reconciler.Owner?
  public let plan: Plan
  /// What could not be done.
  public let failures: [any Error]
}

/// What was done, and what of it could not be.
private struct Repair {
  let plan: Plan
  let failures: [any Error]
}

extension Reconciler {
  /// What a change in the kernel means for the desired.
  func judge(_ report: KernelWatch.Report) -> [DriftReport] { desired.judge(report, ports: &ports) }

  /// Reads again what may be damaged, and restores it.
  ///
  /// - Returns: `nil` when all was well.
  func heal(_ item: HealingSchedule.Item) async throws -> Healing? {
    switch item.subject {
    case .owner(let owner): try await heal(owner, item.marks)
    case .firewall: try await healFirewall(item.marks)
    case .everything: try await healEverything()
    }
  }

  private func heal(_ owner: Owner, _ marks: Set<DriftMark>) async throws -> Healing? {
    let outcome = Outcome<Repair>()
    try await inTurn(owner) { () async throws -> Void in
      // What was taken away by our own hand meanwhile is no damage.
      let live = await self.live(marks, of: owner)
      guard !live.isEmpty, let desired = await self.desired[owner] else { return }
      outcome.set(try await self.restore(desired.ownPart(withFirewall: live.contains { $0.isFirewall })))
    }
    return try outcome.get().map { Healing(owner: owner, plan: $0.plan, failures: $0.failures) }
  }

  private func live(_ marks: Set<DriftMark>, of owner: Owner) -> Set<DriftMark> {
    marks.filter { desired.concerns($0, of: owner) }
  }

  /// The host's tables hold what is many owners', so all wait meanwhile. Read is what was touched, and no more.
  private func healFirewall(_ marks: Set<DriftMark>) async throws -> Healing? {
    let outcome = Outcome<Repair>()
    await alone {
      let desired = await self.desiredFirewall(marks)
      outcome.set(await Result { try await self.restore(desired) })
    }
    return try outcome.get().map { Healing(owner: nil, plan: $0.plan, failures: $0.failures) }
  }

  private func desiredFirewall(_ marks: Set<DriftMark>) -> KernelState {
    var tables: Set<TableReference> = []
    var sets: Set<SetReference> = []
    for case .firewall(let part) in marks {
      switch part {
      case .frame(let table): tables.insert(table)
      case .elements(let set): sets.insert(set)
      }
    }
    var firewall = Firewall()
    for set in sets where !tables.contains(set.table) { firewall.elements[set] = [] }
    for desired in desired.fragments.values {
      guard let own = desired.firewalls[.host] else { continue }
      for (reference, table) in own.tables where tables.contains(reference) { firewall.tables[reference] = table }
      for (set, elements) in own.elements where tables.contains(set.table) || sets.contains(set) {
        firewall.elements[set, default: []].formUnion(elements)
      }
    }
    var desired = KernelState()
    desired.firewalls[.host] = firewall
    return desired
  }

  private func healEverything() async throws -> Healing? {
    let outcome = Outcome<Repair>()
    await alone {
      outcome.set(
        await Result {
          let whole = await self.desired.union
          let observed = try await self.kernel.observe(settings: Set(whole.sysctls.keys))
          return try await self.carryOut(observed.healing(towards: whole))
        })
    }
    return try outcome.get().map { Healing(owner: nil, plan: $0.plan, failures: $0.failures) }
  }

  private func restore(_ desired: KernelState) async throws -> Repair? {
    let seen = try await kernel.observe(part: desired)
    return try await carryOut(seen.state.healing(towards: desired, unrouted: seen.unrouted))
  }

  private func carryOut(_ changes: [KernelChange]) async throws -> Repair? {
    guard !changes.isEmpty else { return nil }
    return Repair(plan: Plan(changes), failures: await kernel.applyWhatever(changes))
  }

  /// The next owners' settings and VXLAN links' tables, of which the kernel tells nothing, compared with what they shall be.
  ///
  /// - Parameter count: how many owners at the most.
  /// - Returns: what differed and was restored.
  func healSettings(after last: inout Int, count: Int) async throws -> [Healing] {
    let owners = desired.fragments.keys.sorted { $0.description < $1.description }
    guard !owners.isEmpty else { return [] }
    var healings: [Healing] = []
    for _ in 0..<min(count, owners.count) {
      last = (last + 1) % owners.count
      let owner = owners[last]
      let outcome = Outcome<Repair>()
      try await inTurn(owner) { () async throws -> Void in
        guard let whole = await self.desired[owner], !whole.sysctls.isEmpty else { return }
        let settings = whole.sysctls
        var desired = KernelState()
        desired.sysctls = settings
        desired.unattended = whole.unattended
        desired.fdbEntries = whole.fdbEntries
        for key in Set(whole.fdbEntries.map(\.link)) { desired.links[key] = whole.links[key] }
        let seen = try await self.kernel.observe(part: desired)
        // A setting that is not there belongs to a link that is not there, which is told otherwise.
        desired.sysctls = settings.filter { seen.state.sysctls[$0.key] != nil }
        outcome.set(try await self.carryOut(seen.state.healing(towards: desired)))
      }
      if let done = try outcome.get() {
        healings.append(Healing(owner: owner, plan: done.plan, failures: done.failures))
      }
    }
    return healings
  }
}

extension DriftMark {
  fileprivate var isFirewall: Bool { if case .firewall = self { true } else { false } }
}

extension KernelState {
  /// The state without the host's firewall, whose sets are read apart, and without its own if that is not meant.
  func ownPart(withFirewall: Bool) -> KernelState {
    var part = self
    part.firewalls[.host] = nil
    if !withFirewall { part.firewalls = [:] }
    return part
  }
}
