import Addressing
import Nftables

extension KernelState {
  /// Applies a change, as the kernel would.
  package mutating func apply(_ change: KernelChange) {
    switch change {
    case .createSandbox(let name):
      sandboxes.insert(name)
    case .deleteSandbox(let name):
      sandboxes.remove(name)
      forget { $0 == .sandbox(name) }
    case .createLink(let key, let link, let peer):
      links[key] = link
      if case .veth(let far) = link.kind { links[far] = peer ?? Link(kind: .vethPeer) }
    case .deleteLink(let key, let link, _):
      remove(key)
      if case .veth(let far) = link.kind { remove(far) }
    case .setLink(let key, _, let to):
      links[key] = to
    case .addAddress(let address): addresses.insert(address)
    case .deleteAddress(let address): addresses.remove(address)
    case .addRoute(let route): routes.insert(route)
    case .deleteRoute(let route): routes.remove(route)
    case .addFDBEntry(let entry): fdbEntries.insert(entry)
    case .deleteFDBEntry(let entry): fdbEntries.remove(entry)
    case .setSysctl(let sysctl, _, let value): sysctls[sysctl] = value
    case .firewall(let namespace, let command): apply(command, in: namespace)
    }
  }

  private mutating func remove(_ key: LinkKey) {
    links[key] = nil
    addresses = addresses.filter { $0.link != key }
    routes = routes.filter { LinkKey($0.namespace, $0.interface) != key }
    fdbEntries = fdbEntries.filter { $0.link != key }
    let settings = ["net/ipv4/conf/\(key.name)/", "net/ipv6/conf/\(key.name)/"]
    sysctls = sysctls.filter { sysctl, _ in
      sysctl.namespace != key.namespace || !settings.contains { sysctl.key.hasPrefix($0) }
    }
  }

  /// Removes everything in deleted namespaces.
  mutating func forget(_ isGone: (NetworkNamespaceName) -> Bool) {
    // When one end of a veth pair is deleted, so is the other.
    for (key, link) in links {
      if case .veth(let far) = link.kind, isGone(far.namespace) { remove(key) }
    }
    links = links.filter { !isGone($0.key.namespace) }
    addresses = addresses.filter { !isGone($0.link.namespace) }
    routes = routes.filter { !isGone($0.namespace) }
    fdbEntries = fdbEntries.filter { !isGone($0.link.namespace) }
    sysctls = sysctls.filter { !isGone($0.key.namespace) }
    firewalls = firewalls.filter { !isGone($0.key) }
  }

  private mutating func apply(_ command: Command, in namespace: NetworkNamespaceName) {
    var firewall = firewalls[namespace] ?? Firewall()
    switch command {
    case .replaceTable(let table):
      firewall.tables[table.reference] = table
      firewall.elements = firewall.elements.filter { $0.key.table != table.reference }
    case .deleteTable(let table):
      firewall.tables[table.reference] = nil
      firewall.elements = firewall.elements.filter { $0.key.table != table.reference }
    case .addElements(let set, let elements):
      firewall.elements[set, default: []].formUnion(elements)
    case .deleteElements(let set, let elements):
      firewall.elements[set]?.subtract(elements)
      if firewall.elements[set]?.isEmpty == true { firewall.elements[set] = nil }
    }
    firewalls[namespace] = firewall == Firewall() ? nil : firewall
  }
}
