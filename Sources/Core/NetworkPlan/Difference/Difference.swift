import Addressing
import Nftables

extension KernelState {
  /// The ordered changes that lead from one state to another. All changes come from here: creating a network is the
  /// difference from nothing, removing it is the difference to nothing, and healing is the difference from the observed
  /// state.
  ///
  /// The order guarantees that nothing is reachable that should not be: elements that permit packets are removed before
  /// the links that they serve, and added after elements that forbid packets. And no change names an object before it
  /// exists.
  package static func difference(from old: KernelState, to new: KernelState) -> [KernelChange] {
    let difference = Difference(old: old, new: new)
    return difference.closings + difference.removals + difference.firewallRemovals + difference.firewallAdditions
      + difference.creations + difference.sandboxFirewalls
  }
}

/// The steps of ``KernelState/difference(from:to:)``.
struct Difference {
  let old: KernelState
  let new: KernelState

  private var lostSandboxes: Set<String> { old.sandboxes.subtracting(new.sandboxes) }

  /// Whether the namespace is deleted. The kernel deletes the objects in it.
  private func vanishes(_ namespace: NetworkNamespaceName) -> Bool {
    guard case .sandbox(let name) = namespace else { return false }
    return old.sandboxes.contains(name) && !new.sandboxes.contains(name)
  }

  // MARK: Removals

  /// Removes elements that permit packets.
  var closings: [KernelChange] { elementRemovals(.permits) }

  var removals: [KernelChange] {
    let links = lostLinks
    let gone = Set(links.map(\.key)).union(links.compactMap { peer(of: $0.link) })
    var changes: [KernelChange] = []
    for route in old.routes.subtracting(new.routes).sorted()
    where !vanishes(route.namespace) && !gone.contains(LinkKey(route.namespace, route.interface)) {
      changes.append(.deleteRoute(route))
    }
    for entry in old.fdbEntries.subtracting(new.fdbEntries).sorted()
    where !vanishes(entry.link.namespace) && !gone.contains(entry.link) {
      changes.append(.deleteFDBEntry(entry))
    }
    for address in old.addresses.subtracting(new.addresses).sorted()
    where !vanishes(address.link.namespace) && !gone.contains(address.link) {
      changes.append(.deleteAddress(address))
    }
    for (key, link) in links {
      changes.append(.deleteLink(key, link, peer: peer(of: link).flatMap { old.links[$0] }))
    }
    changes += lostSandboxes.sorted().map { .deleteSandbox($0) }
    return changes
  }

  /// Links to delete, ports before their controllers. A link whose kind changes is deleted and created.
  private var lostLinks: [(key: LinkKey, link: Link)] {
    old.links.filter { key, link in
      guard link.kind != .vethPeer, link.kind != .adopted else { return false }
      // The kernel deletes the links of a namespace asynchronously. Until then, a child link occupies its MAC address on
      // the parent. A borrowed link must return to the host.
      guard !vanishes(key.namespace) || link.kind.isChild || link.isBorrowed else { return false }
      return new.links[key]?.kind != link.kind
    }.map { (key: $0.key, link: $0.value) }.sorted { a, b in
      (a.link.controller == nil ? 1 : 0, a.key) < (b.link.controller == nil ? 1 : 0, b.key)
    }
  }

  private func peer(of link: Link) -> LinkKey? {
    if case .veth(let peer) = link.kind { peer } else { nil }
  }

  var firewallRemovals: [KernelChange] {
    var changes = elementRemovals(.guards)
    for (namespace, firewall) in old.firewalls.sorted(by: { $0.key < $1.key }) where !vanishes(namespace) {
      for (reference, table) in firewall.tables.sorted(by: { $0.key < $1.key })
      where new.firewalls[namespace]?.tables[reference] == nil && !table.isForAdministrator {
        changes.append(.firewall(namespace, .deleteTable(table)))
      }
    }
    return changes
  }

  /// Removes elements from tables that stay unchanged. A table that is replaced or deleted loses its elements anyway.
  private func elementRemovals(_ role: ElementSet.Role) -> [KernelChange] {
    var changes: [KernelChange] = []
    for (namespace, firewall) in old.firewalls.sorted(by: { $0.key < $1.key }) where !vanishes(namespace) {
      for (set, elements) in firewall.elements.sorted(by: { $0.key < $1.key })
      where Self.role(of: set) == role && !isReset(namespace, set.table) {
        let lost = elements.subtracting(new.firewalls[namespace]?.elements[set] ?? [])
        if !lost.isEmpty { changes.append(.firewall(namespace, .deleteElements(set, lost.sorted()))) }
      }
    }
    return changes
  }

  /// Whether this difference replaces or deletes a frame table, which empties its sets.
  private func isReset(_ namespace: NetworkNamespaceName, _ table: TableReference) -> Bool {
    guard let before = old.firewalls[namespace]?.tables[table] else {
      return new.firewalls[namespace]?.tables[table] != nil
    }
    return new.firewalls[namespace]?.tables[table] != before
  }

  private static func role(of reference: SetReference) -> ElementSet.Role {
    let table = reference.table == HostFirewall.ports.reference ? HostFirewall.ports : HostFirewall.table
    return table.set(named: reference.set)?.role ?? .permits
  }

  // MARK: Additions

  /// The host's tables and elements.
  var firewallAdditions: [KernelChange] { firewallAdditions(in: .host) }

  /// The sandboxes' tables. Their namespaces exist by then.
  var sandboxFirewalls: [KernelChange] {
    new.firewalls.keys.filter { $0 != .host }.sorted().flatMap { firewallAdditions(in: $0) }
  }

  private func firewallAdditions(in namespace: NetworkNamespaceName) -> [KernelChange] {
    guard let firewall = new.firewalls[namespace] else { return [] }
    let before = old.firewalls[namespace] ?? Firewall()
    var changes: [KernelChange] = []
    for (reference, table) in firewall.tables.sorted(by: { $0.key < $1.key })
    where before.tables[reference] != table && !(table.isForAdministrator && before.tables[reference] != nil) {
      changes.append(.firewall(namespace, .replaceTable(table)))
    }
    for (set, elements) in firewall.elements.sorted(by: { $0.key < $1.key }) {
      let existing = isReset(namespace, set.table) ? [] : before.elements[set] ?? []
      let added = elements.subtracting(existing)
      if !added.isEmpty { changes.append(.firewall(namespace, .addElements(set, added.sorted()))) }
    }
    return changes
  }

  var creations: [KernelChange] {
    var changes: [KernelChange] = []
    changes += new.sandboxes.subtracting(old.sandboxes).sorted().map { .createSandbox($0) }
    let recreated = recreated
    let settings = changedSettings
    changes += settings.filter { !$0.isOfLink }.map(\.change)
    changes += linkChanges
    changes += settings.filter(\.isOfLink).map(\.change)
    changes += new.fdbEntries.subtracting(old.fdbEntries.filter { !recreated.contains($0.link) }).sorted()
      .map { .addFDBEntry($0) }
    changes += new.addresses.subtracting(old.addresses.filter { !recreated.contains($0.link) }).sorted()
      .map { .addAddress($0) }
    // A route through a gateway needs the route to the gateway first.
    let existing = old.routes.filter { !recreated.contains(LinkKey($0.namespace, $0.interface)) }
    changes += new.routes.subtracting(existing).sorted { a, b in
      (a.gateway == nil ? 0 : 1, a) < (b.gateway == nil ? 0 : 1, b)
    }.map { .addRoute($0) }
    return changes
  }

  /// Links that are deleted and created as another kind. The new link has none of the old one's addresses and settings.
  private var recreated: Set<LinkKey> {
    let lost = lostLinks
    let gone = Set(lost.map(\.key)).union(lost.compactMap { peer(of: $0.link) })
    return gone.filter { new.links[$0] != nil }
  }

  private var changedSettings: [(isOfLink: Bool, change: KernelChange)] {
    let recreated = recreated
    func isSet(_ sysctl: Sysctl, _ value: String) -> Bool {
      old.sysctls[sysctl] == value && !recreated.contains { $0.namespace == sysctl.namespace && sysctl.isOf($0.name) }
    }
    return new.sysctls.filter { !isSet($0.key, $0.value) }.sorted { $0.key < $1.key }.map { sysctl, value in
      (isOfLink(sysctl), .setSysctl(sysctl, from: old.sysctls[sysctl], to: value))
    }
  }

  /// Whether the setting belongs to one link, so that it exists only after the link.
  private func isOfLink(_ sysctl: Sysctl) -> Bool {
    let parts = sysctl.key.split(separator: "/")
    guard parts.count > 4, parts[2] == "conf" || parts[2] == "neigh" else { return false }
    return parts[3] != "all" && parts[3] != "default"
  }

  /// Creations of links, controllers before their ports, and then changes of existing links.
  private var linkChanges: [KernelChange] {
    let ordered = new.links.sorted { a, b in
      (a.value.controller == nil ? 0 : 1, a.key) < (b.value.controller == nil ? 0 : 1, b.key)
    }
    var created: Set<LinkKey> = []
    var creations: [KernelChange] = []
    var settings: [KernelChange] = []
    for (key, link) in ordered where link.kind != .vethPeer {
      if let before = old.links[key], before.kind == link.kind {
        if !before.satisfies(link) { settings.append(.setLink(key, from: before, to: link)) }
        continue
      }
      guard link.kind != .adopted else {
        settings.append(.setLink(key, from: Link(kind: .adopted, isUp: false), to: link))
        continue
      }
      let other = peer(of: link)
      creations.append(.createLink(key, link, peer: other.flatMap { new.links[$0] }))
      if let other { created.insert(other) }
    }
    for (key, link) in ordered where link.kind == .vethPeer && !created.contains(key) {
      if let before = old.links[key], !before.satisfies(link) {
        settings.append(.setLink(key, from: before, to: link))
      }
    }
    return creations + settings
  }
}

extension Sysctl {
  /// Whether the setting belongs to this link.
  func isOf(_ link: InterfaceName) -> Bool { key.contains("/conf/\(link)/") || key.contains("/neigh/\(link)/") }
}

extension Link {
  var isBorrowed: Bool { if case .borrowed = kind { true } else { false } }

  /// Whether an observed link agrees with a desired one in every attribute that the desired one specifies.
  func satisfies(_ desired: Link) -> Bool {
    func agrees<Value: Equatable>(_ have: Value?, _ want: Value?) -> Bool { want == nil || have == want }
    return isUp == desired.isUp && controller == desired.controller && agrees(mac, desired.mac)
      && agrees(mtu, desired.mtu)
      && agrees(port, desired.port) && agrees(alias, desired.alias)
      // The kernel reports no mode for a link whose MTU is too small for IPv6, or on a host without IPv6.
      && agrees(hasLinkLocal ?? false, desired.hasLinkLocal)
  }
}
