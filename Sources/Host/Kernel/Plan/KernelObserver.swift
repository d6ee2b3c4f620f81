import Addressing
import Glibc
public import NetworkPlan
public import Nftables

/// Reads what is ours in the kernel, as a ``KernelState``.
///
/// Ours are: links whose alias begins with ``Link/aliasPrefix`` and the veth ends inside sandboxes; addresses on our
/// host links; addresses and routes that the engine put into sandboxes; the elements and frames of the tables named here.
/// A container that may change its own network (NET_ADMIN) keeps what it made there: it is not seen here.
public struct KernelObserver: Sendable {
  /// The tables of the engine in the host's namespace and in every sandbox.
  public struct Tables: Sendable {
    public var host: [Table]
    public var sandbox: [Table]

    public init(host: [Table], sandbox: [Table]) {
      self.host = host
      self.sandbox = sandbox
    }

    /// Those of the bridge driver.
    public static let engine = Tables(
      host: [HostFirewall.table, HostFirewall.ports, HostFirewall.administrators],
      sandbox: [SandboxFirewall.table])
  }

  let executor: KernelExecutor
  let tables: Tables

  public init(_ executor: KernelExecutor, tables: Tables = .engine) {
    self.executor = executor
    self.tables = tables
  }

  /// Everything of ours on the host and in all sandboxes. Takes about a millisecond for each sandbox.
  ///
  /// - Parameter settings: kernel settings to read; those that do not exist are left out.
  public func observe(settings: Set<Sysctl> = []) async throws -> KernelState {
    try await observe(sandboxes: nil, settings: settings)
  }

  /// The same, of the host and the named sandboxes only. A sandbox that does not exist is left out.
  public func observe(sandboxes: Set<String>?, settings: Set<Sysctl> = []) async throws
    -> KernelState
  {
    try await executor.thread.run { [executor, tables] in
      var reading = KernelReading(executor: executor, tables: tables, settings: settings)
      return try reading.read(only: sandboxes)
    }
  }

  /// That part of the kernel which a wish speaks of, and nothing else: what it costs depends on the wish alone.
  public func observe(part wish: KernelState) async throws -> PartialObservation {
    try await executor.thread.run { [executor, tables] in
      var reading = KernelReading(executor: executor, tables: tables, settings: Set(wish.sysctls.keys))
      return try reading.read(part: wish)
    }
  }

  /// What counts of the host's network when a network is made. What it costs does not grow with what is there: it is
  /// read once and followed from then on.
  ///
  /// - Parameter kinds: kinds of link, `macvlan`, `ipvlan` or `vlan`, that the kernel is asked about. Asking makes it
  ///   load a module that it has and did not load yet, as making such a link would.
  public func hostNetwork(probing kinds: Set<String> = []) async throws -> HostNetwork {
    try await executor.thread.run { [executor] in
      let netlink = executor.host.netlink
      var network = try executor.memory.network(netlink)
      network.missingKinds = try kinds.filter { try !netlink.knows(kind: $0) }
      return network
    }
  }

  /// The host's links, whoever made them.
  public func hostLinks() async throws -> [ObservedLink] {
    try await executor.thread.run { [executor] in try executor.host.netlink.links() }
  }

  /// The host's addresses, whoever put them there.
  public func hostAddresses() async throws -> [ObservedAddress] {
    try await executor.thread.run { [executor] in try executor.host.netlink.addresses() }
  }

  /// The host's routes of the main table, whoever made them.
  public func hostRoutes() async throws -> [ObservedRoute] {
    try await executor.thread.run { [executor] in try executor.host.netlink.routes() }
  }

  /// The host's tables that others made and that packets of containers may pass, whoever's they are. Those that iptables
  /// made the old way (iptables-legacy) are not nftables' and not among them.
  public func foreignTables() async throws -> [ForeignTable] {
    try await executor.thread.run { [executor, tables] in
      let firewall = try executor.host.firewall()
      let own = Set(tables.host.map(\.reference.description))
      return try Self.tables(firewall) { !own.contains($0) }
    }
  }

  /// The tables of the families `ip`, `ip6` and `inet` that are meant, as they are listed.
  static func tables(_ firewall: FirewallContext, where isMeant: (String) -> Bool) throws -> [ForeignTable] {
    let names = try firewall.run("list tables").split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      guard words.count == 3, words[0] == "table", ["ip", "ip6", "inet"].contains(words[1]) else { return nil }
      let name = "\(words[1]) \(words[2])"
      return isMeant(name) ? name : nil
    }
    return try names.compactMap { name in
      do {
        return ForeignTable(name: name, listing: try firewall.run("list table \(name)"))
      } catch let refusal as FirewallContext.Refusal where refusal.isAbsence {
        return nil
      }
    }
  }

  /// All of a namespace's nftables rules, whoever made them, in nft's words without counters: for showing to people,
  /// and for finding the tables of others that may drop what ours accept.
  public func ruleset(in namespace: NetworkNamespaceName = .host) async throws -> String {
    try await executor.thread.run { [executor] in
      guard case .sandbox(let name) = namespace else { return try executor.host.firewall().run("list ruleset") }
      return try executor.visit(name).firewall().run("list ruleset")
    }
  }
}
