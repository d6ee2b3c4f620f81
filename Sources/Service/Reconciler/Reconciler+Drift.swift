package import NetworkPlan
import Nftables

extension Reconciler {
  /// The changes that would restore an owner's links, addresses, routes, settings and sandbox tables. Elements in the
  /// host's tables are not compared, because each table holds those of many owners. Changes nothing.
  package func drift(of owner: Owner) async throws -> Plan {
    try await inTurn(owner) { () async throws -> Plan in
      guard let desired = await self.desired[owner]?.ownPart(withFirewall: true) else { return Plan([]) }
      let observed = try await self.kernel.observe(part: desired)
      return Plan(observed.state.healing(towards: desired, unrouted: observed.unrouted))
    }
  }

  /// The engine's tables on the host with the elements that the kernel reports now.
  package func hostFirewall() async throws -> Firewall {
    var firewall = Firewall()
    for table in [HostFirewall.table, HostFirewall.ports] { firewall.tables[table.reference] = table }
    var desired = KernelState()
    desired.firewalls[.host] = firewall
    return try await kernel.observe(part: desired).state.firewalls[.host] ?? Firewall()
  }
}

extension Reconciler {
  /// Deletes links that were made and not marked. Before the first reconciliation, which cannot see them.
  package func removeUnmarked(_ links: [LinkKey]) async throws { try await kernel.removeUnmarked(links) }
}
