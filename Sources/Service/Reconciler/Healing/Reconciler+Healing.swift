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
  /// What a change in the kernel means for the wishes.
  func judge(_ report: KernelWatch.Report) -> [DamageReport] { wishes.judge(report, ports: &ports) }

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

  private func heal(_ owner: Owner, _ marks: Set<DamageMark>) async throws -> Healing? {
    let outcome = Outcome<Repair>()
    try await inTurn(owner) { () async throws -> Void in
      // What was taken away by our own hand meanwhile is no damage.
      let live = await self.live(marks, of: owner)
      guard !live.isEmpty, let wish = await self.wishes[owner] else { return }
      outcome.set(try await self.restore(wish.ownPart(withFirewall: live.contains { $0.isFirewall })))
    }
    return try outcome.get().map { Healing(owner: owner, plan: $0.plan, failures: $0.failures) }
  }

  private func live(_ marks: Set<DamageMark>, of owner: Owner) -> Set<DamageMark> {
    marks.filter { wishes.concerns($0, of: owner) }
  }

  /// The host's tables hold what is many owners', so all wait meanwhile. Read is what was touched, and no more.
  private func healFirewall(_ marks: Set<DamageMark>) async throws -> Healing? {
    let outcome = Outcome<Repair>()
    await alone {
      let wish = await self.firewallWish(marks)
      outcome.set(await Result { try await self.restore(wish) })
    }
    return try outcome.get().map { Healing(owner: nil, plan: $0.plan, failures: $0.failures) }
  }

  private func firewallWish(_ marks: Set<DamageMark>) -> KernelState {
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
    for wish in wishes.fragments.values {
      guard let own = wish.firewalls[.host] else { continue }
      for (reference, table) in own.tables where tables.contains(reference) { firewall.tables[reference] = table }
      for (set, elements) in own.elements where tables.contains(set.table) || sets.contains(set) {
        firewall.elements[set, default: []].formUnion(elements)
      }
    }
    var wish = KernelState()
    wish.firewalls[.host] = firewall
    return wish
  }

  private func healEverything() async throws -> Healing? {
    let outcome = Outcome<Repair>()
    await alone {
      outcome.set(
        await Result {
          let whole = await self.wishes.union
          let observed = try await self.kernel.observe(settings: Set(whole.sysctls.keys))
          return try await self.carryOut(observed.healing(towards: whole))
        })
    }
    return try outcome.get().map { Healing(owner: nil, plan: $0.plan, failures: $0.failures) }
  }

  private func restore(_ wish: KernelState) async throws -> Repair? {
    let seen = try await kernel.observe(part: wish)
    return try await carryOut(seen.state.healing(towards: wish, unrouted: seen.unrouted))
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
    let owners = wishes.fragments.keys.sorted { $0.description < $1.description }
    guard !owners.isEmpty else { return [] }
    var healings: [Healing] = []
    for _ in 0..<min(count, owners.count) {
      last = (last + 1) % owners.count
      let owner = owners[last]
      let outcome = Outcome<Repair>()
      try await inTurn(owner) { () async throws -> Void in
        guard let whole = await self.wishes[owner], !whole.sysctls.isEmpty else { return }
        let settings = whole.sysctls
        var wish = KernelState()
        wish.sysctls = settings
        wish.unattended = whole.unattended
        wish.forwarding = whole.forwarding
        for place in Set(whole.forwarding.map(\.place)) { wish.links[place] = whole.links[place] }
        let seen = try await self.kernel.observe(part: wish)
        // A setting that is not there belongs to a link that is not there, which is told otherwise.
        wish.sysctls = settings.filter { seen.state.sysctls[$0.key] != nil }
        outcome.set(try await self.carryOut(seen.state.healing(towards: wish)))
      }
      if let done = try outcome.get() {
        healings.append(Healing(owner: owner, plan: done.plan, failures: done.failures))
      }
    }
    return healings
  }
}

extension DamageMark {
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
