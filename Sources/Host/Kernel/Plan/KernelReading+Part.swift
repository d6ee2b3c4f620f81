import Addressing
import Glibc
import NetworkPlan
import Nftables

extension KernelReading {
  /// Reads the sandboxes, host links, addresses, settings and the tables or sets that the wish names.
  mutating func read(part wish: KernelState) throws -> PartialObservation {
    var settled: Set<NetworkNamespaceName> = [.host]
    for name in wish.sandboxes {
      let namespace = NetworkNamespaceName.sandbox(name)
      settled.insert(namespace)
      try withSandbox(name) { reading, tools in
        try reading.readSandbox(name, tools, tables: Self.tables(wish.firewalls[namespace]))
      }
    }
    // Settings alone, of sandboxes that are not to be read as a whole.
    for namespace in Set(wish.sysctls.keys.map(\.namespace)).subtracting(settled) {
      guard case .sandbox(let name) = namespace else { continue }
      try withSandbox(name) { reading, tools in try reading.readSettings(namespace, tools) }
    }
    for (key, link) in wish.links where key.namespace == .host { try readHostLink(key, link) }
    try readSettings(.host, executor.host)
    if let firewall = wish.firewalls[.host] { try readHostFirewall(firewall) }
    return PartialObservation(state: state, unrouted: unrouted)
  }

  private mutating func withSandbox(
    _ name: String, _ body: (inout KernelReading, NamespaceTools) throws -> Void
  ) throws {
    do {
      let tools = try executor.visit(name)
      try body(&self, tools)
      // Closing nft's socket takes long when something was deleted; nobody waits for it here.
    } catch let error as SystemCallError where error.errno == EINVAL || error.errno == ENOENT {
      // Not there.
    }
  }

  private static func tables(_ firewall: Firewall?) -> [Table] {
    firewall.map { Array($0.tables.values) } ?? []
  }

  private mutating func readHostLink(_ key: LinkKey, _ wish: Link) throws {
    let link: ObservedLink
    do throws(SystemCallError) {
      link = try executor.host.netlink.link(key.name)
    } catch {
      guard error.errno == ENODEV else { throw error }
      return
    }
    var kind = link.kindValue(parent: link.peerIndex.flatMap { hostName($0) })
    if link.kind == "veth", let far = farEnds[link.index], far.index == link.peerIndex {
      kind = .veth(peer: far.key)
    } else if let trunk = link.trunkKind(peer: link.peerIndex.flatMap { hostName($0) }) {
      kind = trunk
    }
    // Somebody else's link under the name of ours is not ours to change.
    if wish.kind == .adopted { kind = .adopted }
    guard link.isOurs || kind == wish.kind else { return }
    let names = link.controllerIndex.flatMap { index in hostName(index).map { [index: $0] } } ?? [:]
    state.links[key] = link.value(kind, names)
    try readForwarding(link)
    for address in try executor.host.netlink.addresses(of: link.index) {
      let assigned = AssignedAddress(key, address.address)
      state.addresses.insert(assigned)
      if link.isUp, try !executor.host.netlink.hasPrefixRoute(address.address, link: link.index) {
        unrouted.insert(assigned)
      }
    }
  }

  /// Whole tables where the wish has their frames, else the sets that it names. A set that cannot be listed is told as
  /// one without elements.
  private mutating func readHostFirewall(_ wish: Firewall) throws {
    try readFirewall(.host, executor.host, Self.tables(wish))
    for set in wish.elements.keys where wish.tables[set.table] == nil {
      do {
        let listing = FirewallListing(try executor.host.firewall().run("list set \(set)"))
        if let elements = listing.elements[set.set] {
          state.firewalls[.host, default: Firewall()].elements[set] = elements
        }
      } catch let refusal as FirewallContext.Refusal where refusal.isAbsence {
        continue
      }
    }
  }
}
