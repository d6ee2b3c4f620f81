import Addressing
import Glibc
import NetworkPlan
import Nftables

/// One reading of the kernel's state, on the executor's thread.
struct KernelReading {
  let executor: KernelExecutor
  let tables: KernelObserver.Tables
  let settings: Set<Sysctl>
  var state = KernelState()
  /// Addresses whose network's route is gone.
  var unrouted: Set<AssignedAddress> = []
  /// The host's end of a pair, by its index, to the other end's key and index.
  var farEnds: [UInt32: (key: LinkKey, index: UInt32)] = [:]

  init(executor: KernelExecutor, tables: KernelObserver.Tables, settings: Set<Sysctl>) {
    self.executor = executor
    self.tables = tables
    self.settings = settings
  }

  /// The host's links by index: parents of links in sandboxes are among them.
  private var hostNames: [UInt32: InterfaceName] = [:]

  /// Asks the kernel for one that is not known.
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
        let tools = try executor.visit(name)
        try readSandbox(name, tools)
      } catch let error as SystemCallError where error.errno == EINVAL || error.errno == ENOENT {
        // A file without a namespace beneath, or gone in between: not a sandbox.
      }
    }
    try readHost()
    return state
  }

  private static func names(_ links: [ObservedLink]) -> [UInt32: InterfaceName] {
    Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
  }

  /// - Parameter tables: those to list.
  mutating func readSandbox(_ name: String, _ tools: NamespaceTools, tables: [Table]? = nil) throws {
    let namespace = NetworkNamespaceName.sandbox(name)
    state.sandboxes.insert(name)
    let links = try tools.netlink.links()
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
        state.links[key] = link.value(link.kindValue(parent: parent), names)
      }
    }
    for address in try tools.netlink.addresses() {
      guard let link = names[address.linkIndex],
        address.isOurs || !KernelRelease.current.marksAddresses
      else {
        continue
      }
      state.addresses.insert(AssignedAddress(LinkKey(namespace, link), address.address))
    }
    try readRoutes(namespace, tools, names)
    try readSettings(namespace, tools)
    try readFirewall(namespace, tools, tables ?? self.tables.sandbox)
  }

  private mutating func readHost() throws {
    let tools = executor.host
    let links = try tools.netlink.links()
    let names = Self.names(links)
    var ours: Set<UInt32> = []
    // A link that was borrowed and came back when its sandbox ended is its maker's.
    for link in links where link.isOurs && Link.formerName(inAlias: link.alias) == nil {
      ours.insert(link.index)
      var kind = link.kindValue(parent: link.peerIndex.flatMap { names[$0] })
      if link.kind == "veth" {
        // A pair whose far end is not where it was made is of no use; being of another kind it will be made anew.
        if let far = farEnds[link.index], far.index == link.peerIndex {
          kind = .veth(peer: far.key)
        } else if let trunk = link.trunkKind(peer: link.peerIndex.flatMap { names[$0] }) {
          kind = trunk
        }
      }
      state.links[LinkKey(.host, link.name)] = link.value(kind, names)
      try readForwarding(link)
    }
    // On a link of somebody else's only the addresses that bear our mark are ours.
    let marks = KernelRelease.current.marksAddresses
    for address in try tools.netlink.addresses()
    where ours.contains(address.linkIndex) || marks && address.isOurs {
      guard let link = names[address.linkIndex] else { continue }
      state.addresses.insert(AssignedAddress(LinkKey(.host, link), address.address))
    }
    try readRoutes(.host, tools, names)
    try readSettings(.host, tools)
    try readFirewall(.host, tools, tables.host)
  }

  mutating func readForwarding(_ link: ObservedLink) throws {
    guard link.kind == "vxlan" else { return }
    for entry in try executor.host.netlink.fdbEntries(of: link.index) {
      state.fdbEntries.insert(FDBEntry(LinkKey(.host, link.name), entry.mac, remote: entry.remote))
    }
  }

  private mutating func readRoutes(
    _ namespace: NetworkNamespaceName, _ tools: NamespaceTools, _ names: [UInt32: InterfaceName]
  ) throws {
    let routes = try tools.netlink.routes()
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
    struct Way: Hashable {
      let destination: IPPrefix
      let link: InterfaceName?
    }
    let ways = Set(routes.map { Way(destination: $0.destination, link: $0.linkIndex.flatMap { names[$0] }) })
    for assigned in state.addresses
    where assigned.link.namespace == namespace && assigned.address.network.hostBits > 1
      && state.links[assigned.link]?.isUp == true
      && !ways.contains(Way(destination: assigned.address.network, link: assigned.link.name))
    {
      unrouted.insert(assigned)
    }
  }

  mutating func readSettings(_ namespace: NetworkNamespaceName, _ tools: NamespaceTools)
    throws
  {
    let wanted = settings.filter { $0.namespace == namespace }
    guard !wanted.isEmpty else { return }
    for sysctl in wanted {
      let opened = try tools.settings(for: sysctl.key)
      do throws(SystemCallError) {
        let value = try opened.read(sysctl.key)
        state.sysctls[sysctl] = value
      } catch {
        guard error.errno == ENOENT else { throw error }
      }
    }
  }

  mutating func readFirewall(
    _ namespace: NetworkNamespaceName, _ tools: NamespaceTools, _ tables: [Table]
  ) throws {
    var firewall = Firewall()
    for table in tables {
      let listing: FirewallListing
      do {
        listing = FirewallListing(try tools.firewall().run("list table \(table.reference)"))
      } catch let refusal as FirewallContext.Refusal where refusal.isAbsence {
        continue
      }
      // A frame that somebody changed is shown as one without chains: it will differ, and be replaced.
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
  /// What an end of a pair between two bridges of the host is.
  func trunkKind(peer: InterfaceName?) -> Link.Kind? {
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
