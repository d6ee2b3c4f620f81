import CNetlink
public import NetworkPlan
import Nftables

/// A network namespace as it is for those inside, whoever made what is there.
public struct NamespaceSnapshot: Sendable {
  public let links: [ObservedLink]
  public let addresses: [ObservedAddress]
  public let routes: [ObservedRoute]
  public let sockets: [ObservedSocket]
  /// All but the engine's own, the administrator's among them.
  public let tables: [ForeignTable]
  /// Kernel settings by their keys, those that are there.
  public let settings: [String: String]

  public static let forwarding4 = "net/ipv4/ip_forward"
  public static let forwarding6 = "net/ipv6/conf/all/forwarding"
  /// Whether packets from port to port of a bridge pass the IP hooks, too.
  public static let bridged4 = "net/bridge/bridge-nf-call-iptables"
  public static let bridged6 = "net/bridge/bridge-nf-call-ip6tables"

  init(_ tools: NamespaceTools, besides own: Set<String>) throws {
    links = try tools.netlink.links()
    addresses = try tools.netlink.addresses()
    routes = try tools.netlink.routes()
    sockets = try tools.run { try NetlinkSocket(family: NETLINK_SOCK_DIAG).waitingSockets() }
    tables = try KernelObserver.tables(try tools.firewall()) { !own.contains($0) }
    let keys = [Self.forwarding4, Self.forwarding6, Self.bridged4, Self.bridged6]
    for key in keys { _ = try tools.settings(for: key) }
    settings = try tools.run {
      // Those of bridges are looked up anew, on the thread inside.
      let opened = keys.map { ($0, try? tools.settings(for: $0).read($0)) }
      return Dictionary(uniqueKeysWithValues: opened).compactMapValues(\.self)
    }
  }
}

extension KernelObserver {
  /// Reads all of one namespace: for explaining. What it costs grows with what is there.
  ///
  /// - Throws: errno `ENOENT` or `EINVAL` for a sandbox that is not there.
  public func snapshot(of namespace: NetworkNamespaceName) async throws -> NamespaceSnapshot {
    try await executor.thread.run { [executor, tables] in
      let administrators = tables.host.filter(\.isForAdministrator).map(\.reference)
      let own = Set((tables.host + tables.sandbox).map(\.reference)).subtracting(administrators)
      let names = Set(own.map(\.description))
      guard case .sandbox(let name) = namespace else { return try NamespaceSnapshot(executor.host, besides: names) }
      let tools = try executor.visit(name)
      return try NamespaceSnapshot(tools, besides: names)
    }
  }
}
