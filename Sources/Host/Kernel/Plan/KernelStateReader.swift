import Addressing
import Glibc
import NetworkPlan
import Nftables

/// Reads the kernel state once, on the executor's thread.
struct KernelStateReader {
  let executor: KernelExecutor
  let tables: KernelObserver.Tables
  let settings: Set<Sysctl>
  var state = KernelState()
  /// Addresses whose connected route is missing.
  var unrouted: Set<AssignedAddress> = []
  /// For each veth end on the host, by its index: the key and index of the other end.
  var farEnds: [UInt32: (key: LinkKey, index: UInt32)] = [:]

  init(executor: KernelExecutor, tables: KernelObserver.Tables, settings: Set<Sysctl>) {
    self.executor = executor
    self.tables = tables
    self.settings = settings
  }

  /// Names of host links by index. Links in sandboxes refer to their parents by index.
  private var hostNames: [UInt32: InterfaceName] = [:]

  /// Asks the kernel when the index is unknown.
  mutating func hostName(_ index: UInt32) -> InterfaceName? {
    if let known = hostNames[index] { return known }
    let link = try? executor.host.netlink.get(.getLink(index: index)) { ObservedLink($0) }
    hostNames[index] = link?.name
    return link?.name
  }

  mutating func read(only wanted: Set<String>?) throws -> KernelState {
    hostNames = Self.names(try executor.host.netlink.links())
    for name in try executor.sandboxes.list() where wanted?.contains(name) ?? true {
      do {
        let handles = try executor.enter(name)
        try readSandbox(name, handles)
      } catch let error as SystemCallError where error.errno == EINVAL || error.errno == ENOENT {
        // The file is not a namespace, or the sandbox was deleted meanwhile.
      }
    }
    try readHost()
    return state
  }

  private static func names(_ links: [ObservedLink]) -> [UInt32: InterfaceName] {
    Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
  }

  /// - Parameter tables: the tables to list.
  mutating func readSandbox(_ name: String, _ handles: NamespaceHandles, tables: [Table]? = nil) throws {
    let namespace = NetworkNamespaceName.sandbox(name)
    state.sandboxes.insert(name)
    let links = try handles.netlink.links()
    let names = Self.names(links)
    for link in links {
      let key = LinkKey(namespace, link.name)
      if let former = Link.formerName(inAlias: link.alias) {
        state.links[key] = link.value(.borrowed(from: former), names)
      } else if link.kind == "veth", link.peerIsElsewhere {
        if let near = link.peerIndex { farEnds[near] = (key, link.index) }
        state.links[key] = link.value(.vethPeer, names)
      } else if link.isLoopback {
        state.links[key] = link.value(.loopback, names)
      } else if link.isOurs {
        let parent = link.peerIndex.flatMap { link.peerIsElsewhere ? hostName($0) : names[$0] }
        state.links[key] = link.value(link.linkKind(parent: parent), names)
      }
    }
    for address in try handles.netlink.addresses() {
      guard let link = names[address.linkIndex],
        address.isOurs || !KernelRelease.current.marksAddresses
      else {
        continue
      }
      state.addresses.insert(AssignedAddress(LinkKey(namespace, link), address.address))
    }
    try readRoutes(namespace, handles, names)
    try readSettings(namespace, handles)
    try readFirewall(namespace, handles, tables ?? self.tables.sandbox)
  }

  private mutating func readHost() throws {
    let handles = executor.host
    let links = try handles.netlink.links()
    let names = Self.names(links)
    var ours: Set<UInt32> = []
    // A moved link that returned to the host when its sandbox ended belongs to the plugin that made it.
    for link in links where link.isOurs && Link.formerName(inAlias: link.alias) == nil {
      ours.insert(link.index)
      var kind = link.linkKind(parent: link.peerIndex.flatMap { names[$0] })
      if link.kind == "veth" {
        // A pair whose far end is missing is useless. Its kind stays `other`, so that healing creates it again.
        if let far = farEnds[link.index], far.index == link.peerIndex {
          kind = .veth(peer: far.key)
        } else if let trunk = link.kindBetweenBridges(peer: link.peerIndex.flatMap { names[$0] }) {
          kind = trunk
        }
      }
      state.links[LinkKey(.host, link.name)] = link.value(kind, names)
      try readFDB(link)
    }
    // On foreign links, only addresses with the engine's protocol number are ours.
    let marks = KernelRelease.current.marksAddresses
    for address in try handles.netlink.addresses()
    where ours.contains(address.linkIndex) || marks && address.isOurs {
      guard let link = names[address.linkIndex] else { continue }
      state.addresses.insert(AssignedAddress(LinkKey(.host, link), address.address))
    }
    try readRoutes(.host, handles, names)
    try readSettings(.host, handles)
    try readFirewall(.host, handles, tables.host)
  }

  mutating func readFDB(_ link: ObservedLink) throws {
    guard link.kind == "vxlan" else { return }
    for entry in try executor.host.netlink.fdbEntries(of: link.index) {
      state.fdbEntries.insert(FDBEntry(LinkKey(.host, link.name), entry.mac, remote: entry.remote))
    }
  }

  private mutating func readRoutes(
    _ namespace: NetworkNamespaceName, _ handles: NamespaceHandles, _ names: [UInt32: InterfaceName]
  ) throws {
    let routes = try handles.netlink.routes()
    if namespace != .host { findUnrouted(namespace, routes, names) }
    for route in routes where route.isOurs {
      guard let interface = route.linkIndex.flatMap({ names[$0] }) else { continue }
      state.routes.insert(
        Route(
          namespace: namespace, destination: route.destination, gateway: route.gateway,
          interface: interface,
          metric: route.metric))
    }
  }

  private mutating func findUnrouted(
    _ namespace: NetworkNamespaceName, _ routes: [ObservedRoute], _ names: [UInt32: InterfaceName]
  ) {
    struct Connected: Hashable {
      let destination: IPPrefix
      let link: InterfaceName?
    }
    let connected = Set(routes.map { Connected(destination: $0.destination, link: $0.linkIndex.flatMap { names[$0] }) })
    for assigned in state.addresses
    where assigned.link.namespace == namespace && assigned.address.network.hostBits > 1
      && state.links[assigned.link]?.isUp == true
      && !connected.contains(Connected(destination: assigned.address.network, link: assigned.link.name))
    {
      unrouted.insert(assigned)
    }
  }

  mutating func readSettings(_ namespace: NetworkNamespaceName, _ handles: NamespaceHandles)
    throws
  {
    let wanted = settings.filter { $0.namespace == namespace }
    guard !wanted.isEmpty else { return }
    for sysctl in wanted {
      let opened = try handles.settings(for: sysctl.key)
      do throws(SystemCallError) {
        let value = try opened.read(sysctl.key)
        state.sysctls[sysctl] = value
      } catch {
        guard error.errno == ENOENT else { throw error }
      }
    }
  }

  mutating func readFirewall(
    _ namespace: NetworkNamespaceName, _ handles: NamespaceHandles, _ tables: [Table]
  ) throws {
    var firewall = Firewall()
    for table in tables {
      let listing: FirewallListing
      do {
        listing = FirewallListing(try handles.firewall().run("list table \(table.reference)"))
      } catch let refusal as FirewallContext.Refusal where refusal.isAbsence {
        continue
      }
      // A modified frame is reported without chains, so that it differs and healing replaces it.
      let isIntact =
        try table.isForAdministrator || listing.frame == executor.frames.frame(of: table)
      firewall.tables[table.reference] =
        isIntact
        ? table : Table(family: table.family, name: table.name, sets: table.sets, chains: [])
      for (set, elements) in listing.elements {
        firewall.elements[SetReference(table.reference, set)] = elements
      }
    }
    if firewall != Firewall() { state.firewalls[namespace] = firewall }
  }
}

extension ObservedLink {
  /// The kind of a veth end whose peer is also on the host, between two bridges.
  func kindBetweenBridges(peer: InterfaceName?) -> Link.Kind? {
    guard kind == "veth", !peerIsElsewhere, let alias, let peer else { return nil }
    if alias.hasPrefix(Link.trunkAlias) { return .veth(peer: LinkKey(.host, peer)) }
    return alias.hasPrefix(Link.trunkEndAlias) ? .vethPeer : nil
  }

  var isOurs: Bool { alias?.hasPrefix(Link.aliasPrefix) ?? false }

  func value(_ kind: Link.Kind, _ names: [UInt32: InterfaceName]) -> Link {
    Link(
      kind: kind, mac: mac, mtu: mtu, isUp: isUp, controller: controllerIndex.flatMap { names[$0] },
      port: port, hasLinkLocal: hasLinkLocal, alias: alias)
  }
}
