public import NetworkPlan
import Nftables

extension Reconciler {
  /// What is missing or changed at this moment of an owner's links, addresses, routes and settings, and of its tables
  /// inside sandboxes; not of its elements in the host's tables, which are many owners'. Nothing is done.
  public func damage(of owner: Owner) async throws -> Plan {
    let outcome = Outcome<Plan>()
    try await inTurn(owner) { () async throws -> Void in
      guard let desired = await self.desired[owner]?.ownPart(withFirewall: true) else { return }
      let seen = try await self.kernel.observe(part: desired)
      outcome.set(Plan(seen.state.healing(towards: desired, unrouted: seen.unrouted)))
    }
    return try outcome.get() ?? Plan([])
  }

  /// The host's tables with what is in them now: those of the engine.
  public func hostFirewall() async throws -> Firewall {
    var firewall = Firewall()
    for table in [HostFirewall.table, HostFirewall.ports] { firewall.tables[table.reference] = table }
    var desired = KernelState()
    desired.firewalls[.host] = firewall
    return try await kernel.observe(part: desired).state.firewalls[.host] ?? Firewall()
  }
}

extension Reconciler {
  /// Deletes links that were made and not marked. Before the first reconciliation, which cannot see them.
  public func removeUnmarked(_ links: [LinkKey]) async throws { try await kernel.removeUnmarked(links) }
}
