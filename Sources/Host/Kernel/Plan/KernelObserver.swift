import Addressing
import Glibc
package import NetworkPlan
package import Nftables

/// Reads the engine's part of the kernel state as a ``KernelState``.
///
/// The engine owns links whose alias begins with ``Link/aliasPrefix``, veth ends inside sandboxes, addresses on its
/// host links, addresses and routes that it put into sandboxes, and the frames and elements of the tables named here.
/// What a container with NET_ADMIN adds to its own network is not part of this state.
package struct KernelObserver: Sendable {
  /// The engine's tables in the host's namespace and in each sandbox.
  package struct Tables: Sendable {
    package var host: [Table]
    package var sandbox: [Table]

    package init(host: [Table], sandbox: [Table]) {
      self.host = host
      self.sandbox = sandbox
    }

    /// The tables of the bridge driver.
    package static let engine = Tables(
      host: [HostFirewall.table, HostFirewall.ports, HostFirewall.administrators],
      sandbox: [SandboxFirewall.table])
  }

  let executor: KernelExecutor
  let tables: Tables

  package init(_ executor: KernelExecutor, tables: Tables = .engine) {
    self.executor = executor
    self.tables = tables
  }

  /// Reads the host and all sandboxes. Takes about a millisecond per sandbox.
  ///
  /// - Parameter settings: the kernel settings to read; missing ones are left out.
  package func observe(settings: Set<Sysctl> = []) async throws -> KernelState {
    try await observe(sandboxes: nil, settings: settings)
  }

  /// Reads the host and the named sandboxes. Missing sandboxes are left out.
  package func observe(sandboxes: Set<String>?, settings: Set<Sysctl> = []) async throws
    -> KernelState
  {
    try await executor.thread.run { [executor, tables] in
      var reading = KernelStateReader(executor: executor, tables: tables, settings: settings)
      return try reading.read(only: sandboxes)
    }
  }

  /// Reads only the objects that the desired state names. The cost depends on the size of that state alone.
  package func observe(part desired: KernelState) async throws -> PartialObservation {
    try await executor.thread.run { [executor, tables] in
      var reading = KernelStateReader(executor: executor, tables: tables, settings: Set(desired.sysctls.keys))
      return try reading.read(part: desired)
    }
  }

  /// The host's network, as far as the creation of a network depends on it. It is read once and then kept current by
  /// notifications, so the cost does not grow with the size of the host's network.
  ///
  /// - Parameter kinds: link kinds to probe: `macvlan`, `ipvlan` or `vlan`. Probing makes the kernel load the module,
  ///   as creating such a link would.
  package func hostNetwork(probing kinds: Set<String> = []) async throws -> HostNetwork {
    try await executor.thread.run { [executor] in
      let netlink = executor.host.netlink
      var network = try executor.hostNetworkCache.network(netlink)
      network.missingKinds = try kinds.filter { try !netlink.knows(kind: $0) }
      return network
    }
  }

  /// All links of the host.
  package func hostLinks() async throws -> [ObservedLink] {
    try await executor.thread.run { [executor] in try executor.host.netlink.links() }
  }

  /// All addresses of the host.
  package func hostAddresses() async throws -> [ObservedAddress] {
    try await executor.thread.run { [executor] in try executor.host.netlink.addresses() }
  }

  /// The host's foreign tables that container packets can pass. Rules of iptables-legacy are not part of nftables and
  /// are not included.
  package func foreignTables() async throws -> [ForeignTable] {
    try await executor.thread.run { [executor, tables] in
      let firewall = try executor.host.firewall()
      let own = Set(tables.host.map(\.reference.description))
      return try Self.tables(firewall) { !own.contains($0) }
    }
  }

  /// The listings of the selected tables of the families `ip`, `ip6` and `inet`.
  static func tables(_ firewall: FirewallContext, where isSelected: (String) -> Bool) throws -> [ForeignTable] {
    let names = try firewall.run("list tables").split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      guard words.count == 3, words[0] == "table", ["ip", "ip6", "inet"].contains(words[1]) else { return nil }
      let name = "\(words[1]) \(words[2])"
      return isSelected(name) ? name : nil
    }
    return try names.compactMap { name in
      do {
        return ForeignTable(name: name, listing: try firewall.run("list table \(name)"))
      } catch let refusal as FirewallContext.Refusal where refusal.isAbsence {
        return nil
      }
    }
  }

  /// The complete nftables ruleset of a namespace, as nft prints it without counters.
  package func ruleset(in namespace: NetworkNamespaceName = .host) async throws -> String {
    try await executor.thread.run { [executor] in
      guard case .sandbox(let name) = namespace else { return try executor.host.firewall().run("list ruleset") }
      return try executor.enter(name).firewall().run("list ruleset")
    }
  }
}
