import Kernel
import Logging
package import NetworkPlan
import Nftables

/// Drift that was found, and the changes that removed it.
package struct Healing: Sendable {
  /// The owner whose fragment had drifted; `nil` for the host's firewall, and after missed notifications.
  package let owner: Reconciler.Owner?
  package let plan: Plan
  /// The changes that the kernel refused.
  package let failures: [any Error]
}

extension Reconciler {
  /// What a change in the kernel means for the desired state.
  func drift(in report: KernelWatch.Report) -> [DriftReport] { desired.drift(in: report, ports: &ports) }

  /// Reads again what may have drifted, and restores it.
  ///
  /// - Returns: `nil` when nothing had drifted.
  func heal(_ item: HealingSchedule.Item) async throws -> Healing? {
    switch item.subject {
    case .owner(let owner): try await heal(owner, item.marks)
    case .firewall: try await healFirewall(item.marks)
    case .everything: try await healEverything()
    }
  }

  private func heal(_ owner: Owner, _ marks: Set<DriftMark>) async throws -> Healing? {
    try await inTurn(owner) { () async throws -> Healing? in
      // An update may have removed the object meanwhile; then its absence is not drift.
      let current = await self.currentMarks(among: marks, of: owner)
      guard !current.isEmpty, let desired = await self.desired[owner] else { return nil }
      return try await self.restore(desired.ownPart(withFirewall: current.contains { $0.isFirewall }), of: owner)
    }
  }

  private func currentMarks(among marks: Set<DriftMark>, of owner: Owner) -> Set<DriftMark> {
    marks.filter { desired.includes($0, of: owner) }
  }

  /// Restores the tables and sets that the marks name. The host's tables hold elements of many owners, so all updates
  /// wait meanwhile.
  private func healFirewall(_ marks: Set<DriftMark>) async throws -> Healing? {
    try await runExclusively { () async throws -> Healing? in
      try await self.restore(await self.desiredFirewall(marks), of: nil)
    }
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
    try await runExclusively { () async throws -> Healing? in
      let whole = await self.desired.union
      let observed = try await self.kernel.observe(settings: Set(whole.sysctls.keys))
      return await self.apply(observed.healing(towards: whole), of: nil)
    }
  }

  private func restore(_ desired: KernelState, of owner: Owner?) async throws -> Healing? {
    let observed = try await kernel.observe(part: desired)
    return await apply(observed.state.healing(towards: desired, unrouted: observed.unrouted), of: owner)
  }

  private func apply(_ changes: [KernelChange], of owner: Owner?) async -> Healing? {
    guard !changes.isEmpty else { return nil }
    return Healing(owner: owner, plan: Plan(changes), failures: await kernel.applyBestEffort(changes))
  }

  /// Compares the kernel settings and VXLAN tables of the next `count` owners with the desired state and restores them.
  /// The kernel sends no notifications about these.
  ///
  /// - Parameter last: the position of the owner that was compared last.
  func healSettings(after last: inout Int, count: Int) async throws -> [Healing] {
    let owners = desired.fragments.keys.sorted { $0.description < $1.description }
    guard !owners.isEmpty else { return [] }
    var healings: [Healing] = []
    for _ in 0..<min(count, owners.count) {
      last = (last + 1) % owners.count
      if let healing = try await healSettings(of: owners[last]) { healings.append(healing) }
    }
    return healings
  }

  private func healSettings(of owner: Owner) async throws -> Healing? {
    try await inTurn(owner) { () async throws -> Healing? in
      guard let fragment = await self.desired[owner], !fragment.sysctls.isEmpty else { return nil }
      var desired = KernelState()
      desired.sysctls = fragment.sysctls
      desired.unattended = fragment.unattended
      desired.fdbEntries = fragment.fdbEntries
      for link in Set(fragment.fdbEntries.map(\.link)) { desired.links[link] = fragment.links[link] }
      let observed = try await self.kernel.observe(part: desired)
      // A setting is missing only when its link is, and the kernel notifies about links.
      desired.sysctls = fragment.sysctls.filter { observed.state.sysctls[$0.key] != nil }
      return await self.apply(observed.state.healing(towards: desired), of: owner)
    }
  }
}

extension DriftMark {
  fileprivate var isFirewall: Bool { if case .firewall = self { true } else { false } }
}

extension KernelState {
  /// The fragment without the host's firewall, which is compared separately, and without the sandbox's tables unless
  /// they are asked for.
  func ownPart(withFirewall: Bool) -> KernelState {
    var part = self
    part.firewalls[.host] = nil
    if !withFirewall { part.firewalls = [:] }
    return part
  }
}
