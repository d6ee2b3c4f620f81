import Addressing
package import NetworkPlan
import Nftables

/// A kernel state that refuses the changes that Linux refuses: creating an object twice, using an object that does not
/// exist, deleting an object that is missing.
package struct StrictKernelState: Sendable {
  package struct Refusal: Error {
    package let change: KernelChange
  }

  package private(set) var state: KernelState

  package init(_ state: KernelState = KernelState()) {
    self.state = state
  }

  /// - Throws: ``Refusal``; the state is then unchanged.
  package mutating func apply(_ change: KernelChange) throws(Refusal) {
    guard accepts(change) else { throw Refusal(change: change) }
    state.apply(change)
  }

  private func exists(_ namespace: NetworkNamespaceName) -> Bool {
    switch namespace {
    case .host: true
    case .sandbox(let name): state.sandboxes.contains(name)
    }
  }

  private func accepts(_ change: KernelChange) -> Bool {
    guard exists(change.namespace) else { return false }
    switch change {
    case .createSandbox(let name): return !state.sandboxes.contains(name)
    case .deleteSandbox(let name): return state.sandboxes.contains(name)
    case .createLink(let key, let link, _):
      if case .veth(let far) = link.kind, !exists(far.namespace) || state.links[far] != nil { return false }
      if let bridge = link.controller, state.links[LinkKey(key.namespace, bridge)] == nil { return false }
      return state.links[key] == nil
    // Adopted links belong to the host and are not part of the state until the engine sets them up.
    case .setLink(_, let from, _) where from.kind == .adopted: return true
    case .deleteLink(let key, _, _), .setLink(let key, _, _): return state.links[key] != nil
    case .addAddress(let address): return state.links[address.link] != nil && !state.addresses.contains(address)
    case .deleteAddress(let address): return state.addresses.contains(address)
    case .addRoute(let route): return accepts(route)
    case .deleteRoute(let route): return state.routes.contains(route)
    case .addFDBEntry(let entry):
      guard case .vxlan? = state.links[entry.link]?.kind else { return false }
      let others = state.fdbEntries.filter { $0.link == entry.link && $0.mac == entry.mac }
      return entry.mac == FDBEntry.everybody ? !others.contains(entry) : others.isEmpty
    case .deleteFDBEntry(let entry): return state.fdbEntries.contains(entry)
    case .setSysctl(let sysctl, _, _): return accepts(sysctl)
    case .firewall(let namespace, let command): return accepts(command, in: namespace)
    }
  }

  private func accepts(_ route: Route) -> Bool {
    guard let gateway = route.gateway else { return true }
    return state.links[LinkKey(route.namespace, route.interface)] != nil
      && state.addresses.contains { $0.link.namespace == route.namespace && $0.address.network.contains(gateway) }
      && !state.routes.contains {
        $0.namespace == route.namespace && $0.destination == route.destination && $0.metric == route.metric
      }
  }

  /// A sysctl of one link exists only while the link does.
  private func accepts(_ sysctl: Sysctl) -> Bool {
    let parts = sysctl.key.split(separator: "/")
    guard parts.count > 4, parts[2] == "conf", parts[3] != "all", parts[3] != "default",
      let name = InterfaceName(String(parts[3]))
    else { return true }
    return state.links[LinkKey(sysctl.namespace, name)] != nil
  }

  private func accepts(_ command: Command, in namespace: NetworkNamespaceName) -> Bool {
    let firewall = state.firewalls[namespace] ?? Firewall()
    switch command {
    case .replaceTable: return true
    case .deleteTable(let table): return firewall.tables[table.reference] != nil
    case .addElements(let set, let elements):
      // nft refuses a map key that exists with another value.
      return Set((firewall.elements[set] ?? []).map(\.key)).isDisjoint(with: elements.map(\.key))
    case .deleteElements(let set, let elements):
      return Set(elements).isSubset(of: firewall.elements[set] ?? [])
    }
  }
}
