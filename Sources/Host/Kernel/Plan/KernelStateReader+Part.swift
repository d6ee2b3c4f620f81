import Addressing
import Glibc
import NetworkPlan
import Nftables

extension KernelStateReader {
  /// Reads the sandboxes, host links, addresses, settings, tables and sets that the desired state names.
  mutating func read(part desired: KernelState) throws -> PartialObservation {
    var settled: Set<NetworkNamespaceName> = [.host]
    for name in desired.sandboxes {
      let namespace = NetworkNamespaceName.sandbox(name)
      settled.insert(namespace)
      try withSandbox(name) { reading, handles in
        try reading.readSandbox(name, handles, tables: Self.tables(desired.firewalls[namespace]))
      }
    }
    // Sandboxes of which the desired state names settings only.
    for namespace in Set(desired.sysctls.keys.map(\.namespace)).subtracting(settled) {
      guard case .sandbox(let name) = namespace else { continue }
      try withSandbox(name) { reading, handles in try reading.readSettings(namespace, handles) }
    }
    for (key, link) in desired.links where key.namespace == .host { try readHostLink(key, link) }
    try readSettings(.host, executor.host)
    if let firewall = desired.firewalls[.host] { try readHostFirewall(firewall) }
    return PartialObservation(state: state, unrouted: unrouted)
  }

  private mutating func withSandbox(
    _ name: String, _ body: (inout KernelStateReader, NamespaceHandles) throws -> Void
  ) throws {
    do {
      let handles = try executor.enter(name)
      try body(&self, handles)
    } catch let error as SystemCallError where error.errno == EINVAL || error.errno == ENOENT {
      // The sandbox does not exist.
    }
  }

  private static func tables(_ firewall: Firewall?) -> [Table] {
    firewall.map { Array($0.tables.values) } ?? []
  }

  private mutating func readHostLink(_ key: LinkKey, _ desired: Link) throws {
    let link: ObservedLink
    do throws(SystemCallError) {
      link = try executor.host.netlink.link(key.name)
    } catch {
      guard error.errno == ENODEV else { throw error }
      return
    }
    var kind = link.linkKind(parent: link.peerIndex.flatMap { hostName($0) })
    if link.kind == "veth", let far = farEnds[link.index], far.index == link.peerIndex {
      kind = .veth(peer: far.key)
    } else if let trunk = link.kindBetweenBridges(peer: link.peerIndex.flatMap { hostName($0) }) {
      kind = trunk
    }
    // A foreign link with an adopted link's name must not be changed.
    if desired.kind == .adopted { kind = .adopted }
    guard link.isOurs || kind == desired.kind else { return }
    let names = link.controllerIndex.flatMap { index in hostName(index).map { [index: $0] } } ?? [:]
    state.links[key] = link.value(kind, names)
    try readFDB(link)
    for address in try executor.host.netlink.addresses(of: link.index) {
      let assigned = AssignedAddress(key, address.address)
      state.addresses.insert(assigned)
      if link.isUp, try !executor.host.netlink.hasPrefixRoute(address.address, link: link.index) {
        unrouted.insert(assigned)
      }
    }
  }

  /// Reads whole tables where the desired state has their frames, otherwise only the named sets. A set that cannot be
  /// listed counts as empty.
  private mutating func readHostFirewall(_ desired: Firewall) throws {
    try readFirewall(.host, executor.host, Self.tables(desired))
    for set in desired.elements.keys where desired.tables[set.table] == nil {
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
