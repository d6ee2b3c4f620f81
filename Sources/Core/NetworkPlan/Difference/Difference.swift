import Addressing
import Nftables

extension KernelState {
  /// The changes, in order, that bring the kernel from one state to another. This is the only place where changes are
  /// made up: creating a network is the difference from nothing, removing it the difference to nothing, and healing
  /// the difference from what was observed.
  ///
  /// The order keeps two promises. What opens something is taken away before the links it serves and put there after
  /// what closes (nothing is ever reachable that should not be), and nothing is named before it exists.
  public static func difference(from old: KernelState, to new: KernelState) -> [KernelChange] {
    let difference = Difference(old: old, new: new)
    return difference.closings + difference.removals + difference.firewallRemovals + difference.firewallAdditions
      + difference.creations + difference.sandboxFirewalls
  }
}

/// The work of ``KernelState/difference(from:to:)``, a step each.
struct Difference {
  let old: KernelState
  let new: KernelState

  private var lostSandboxes: Set<String> { old.sandboxes.subtracting(new.sandboxes) }

  /// True of what goes with its sandbox and needs no change of its own.
  private func vanishes(_ namespace: NetworkNamespaceName) -> Bool {
    guard case .sandbox(let name) = namespace else { return false }
    return old.sandboxes.contains(name) && !new.sandboxes.contains(name)
  }

  // MARK: Taking away

  /// Elements that open something, out of tables that stay.
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

  /// Links to delete: ports before the bridges they are on. A link whose kind changed is one of them.
  private var lostLinks: [(key: LinkKey, link: Link)] {
    old.links.filter { key, link in
      guard link.kind != .vethPeer, link.kind != .adopted else { return false }
      // The kernel takes a namespace apart in its own time; until then a child would hold its hardware address on the
      // parent, and the next container could not have it; and what was borrowed goes back.
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

  /// Elements to take out of tables that stay as they are: a table that is replaced or deleted takes its own along.
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

  /// Whether a table's frame is replaced or deleted by this difference, which empties its sets.
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

  // MARK: Putting there

  /// The host's tables and elements.
  var firewallAdditions: [KernelChange] { firewallAdditions(in: .host) }

  /// The sandboxes' tables, when their namespaces stand.
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
      let standing = isReset(namespace, set.table) ? [] : before.elements[set] ?? []
      let added = elements.subtracting(standing)
      if !added.isEmpty { changes.append(.firewall(namespace, .addElements(set, added.sorted()))) }
    }
    return changes
  }

  var creations: [KernelChange] {
    var changes: [KernelChange] = []
    changes += new.sandboxes.subtracting(old.sandboxes).sorted().map { .createSandbox($0) }
    let remade = remade
    let settings = changedSettings
    changes += settings.filter { !$0.isOfLink }.map(\.change)
    changes += linkChanges
    changes += settings.filter(\.isOfLink).map(\.change)
    changes += new.fdbEntries.subtracting(old.fdbEntries.filter { !remade.contains($0.link) }).sorted()
      .map { .addFDBEntry($0) }
    changes += new.addresses.subtracting(old.addresses.filter { !remade.contains($0.link) }).sorted()
      .map { .addAddress($0) }
    // A route through a gateway needs the route to the gateway first.
    let standing = old.routes.filter { !remade.contains(LinkKey($0.namespace, $0.interface)) }
    changes += new.routes.subtracting(standing).sorted { a, b in
      (a.gateway == nil ? 0 : 1, a) < (b.gateway == nil ? 0 : 1, b)
    }.map { .addRoute($0) }
    return changes
  }

  /// Links that are deleted and made anew as something else: they begin without what those before had.
  private var remade: Set<LinkKey> {
    let lost = lostLinks
    let gone = Set(lost.map(\.key)).union(lost.compactMap { peer(of: $0.link) })
    return gone.filter { new.links[$0] != nil }
  }

  private var changedSettings: [(isOfLink: Bool, change: KernelChange)] {
    let remade = remade
    func isStanding(_ sysctl: Sysctl, _ value: String) -> Bool {
      old.sysctls[sysctl] == value && !remade.contains { $0.namespace == sysctl.namespace && sysctl.isOf($0.name) }
    }
    return new.sysctls.filter { !isStanding($0.key, $0.value) }.sorted { $0.key < $1.key }.map { sysctl, value in
      (isOfLink(sysctl), .setSysctl(sysctl, from: old.sysctls[sysctl], to: value))
    }
  }

  /// Whether the setting belongs to one link, and so exists only once that does.
  private func isOfLink(_ sysctl: Sysctl) -> Bool {
    let parts = sysctl.key.split(separator: "/")
    guard parts.count > 4, parts[2] == "conf" || parts[2] == "neigh" else { return false }
    return parts[3] != "all" && parts[3] != "default"
  }

  /// New links, bridges before their ports, then what changes on links that stay.
  private var linkChanges: [KernelChange] {
    let ordered = new.links.sorted { a, b in
      (a.value.controller == nil ? 0 : 1, a.key) < (b.value.controller == nil ? 0 : 1, b.key)
    }
    var made: Set<LinkKey> = []
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
      if let other { made.insert(other) }
    }
    for (key, link) in ordered where link.kind == .vethPeer && !made.contains(key) {
      if let before = old.links[key], !before.satisfies(link) {
        settings.append(.setLink(key, from: before, to: link))
      }
    }
    return creations + settings
  }
}

extension Sysctl {
  /// Whether the setting is one of a link's.
  func isOf(_ link: InterfaceName) -> Bool { key.contains("/conf/\(link)/") || key.contains("/neigh/\(link)/") }
}

extension Link {
  var isBorrowed: Bool { if case .borrowed = kind { true } else { false } }

  /// Whether a link that is there already is as the wish has it, where the wish says anything.
  func satisfies(_ wish: Link) -> Bool {
    func agrees<Value: Equatable>(_ have: Value?, _ want: Value?) -> Bool { want == nil || have == want }
    return isUp == wish.isUp && controller == wish.controller && agrees(mac, wish.mac) && agrees(mtu, wish.mtu)
      && agrees(port, wish.port) && agrees(alias, wish.alias)
      // Nobody says of a link that is too small for IPv6, or of a host without it.
      && agrees(hasLinkLocal ?? false, wish.hasLinkLocal)
  }
}
