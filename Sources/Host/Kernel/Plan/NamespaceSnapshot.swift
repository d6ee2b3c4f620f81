import CNetlink
package import NetworkPlan
import Nftables

/// Everything in one network namespace, regardless of who made it.
package struct NamespaceSnapshot: Sendable {
  package let links: [ObservedLink]
  package let addresses: [ObservedAddress]
  package let routes: [ObservedRoute]
  package let sockets: [ObservedSocket]
  /// All tables but the engine's own. Includes the administrator's table.
  package let tables: [ForeignTable]
  /// Existing kernel settings by key.
  package let settings: [String: String]

  package static let forwarding4 = "net/ipv4/ip_forward"
  package static let forwarding6 = "net/ipv6/conf/all/forwarding"
  /// Whether bridged packets pass the IP hooks.
  package static let bridged4 = "net/bridge/bridge-nf-call-iptables"
  package static let bridged6 = "net/bridge/bridge-nf-call-ip6tables"

  init(_ handles: NamespaceHandles, besides own: Set<String>) throws {
    links = try handles.netlink.links()
    addresses = try handles.netlink.addresses()
    routes = try handles.netlink.routes()
    sockets = try handles.run { try NetlinkSocket(family: NETLINK_SOCK_DIAG).listeningSockets() }
    tables = try KernelObserver.tables(try handles.firewall()) { !own.contains($0) }
    let keys = [Self.forwarding4, Self.forwarding6, Self.bridged4, Self.bridged6]
    for key in keys { _ = try handles.settings(for: key) }
    settings = try handles.run {
      // Bridge settings have no open folder, so their paths are resolved on the thread inside the namespace.
      let opened = keys.map { ($0, try? handles.settings(for: $0).read($0)) }
      return Dictionary(uniqueKeysWithValues: opened).compactMapValues(\.self)
    }
  }
}

extension KernelObserver {
  /// Reads a whole namespace, for `explain`. The cost grows with its contents.
  ///
  /// - Throws: errno `ENOENT` or `EINVAL` for a missing sandbox.
  package func snapshot(of namespace: NetworkNamespaceName) async throws -> NamespaceSnapshot {
    try await executor.thread.run { [executor, tables] in
      let administrators = tables.host.filter(\.isForAdministrator).map(\.reference)
      let own = Set((tables.host + tables.sandbox).map(\.reference)).subtracting(administrators)
      let names = Set(own.map(\.description))
      guard case .sandbox(let name) = namespace else { return try NamespaceSnapshot(executor.host, besides: names) }
      let handles = try executor.enter(name)
      return try NamespaceSnapshot(handles, besides: names)
    }
  }
}
