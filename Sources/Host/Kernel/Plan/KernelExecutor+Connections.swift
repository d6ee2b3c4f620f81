public import Addressing
import CNetlink
import Glibc

extension KernelExecutor {
  /// The host's tracked connections. The kernel walks its table for this, of all namespaces together: some milliseconds.
  public func connections() async throws -> [ConntrackEntry] {
    guard let socket = try await connectionSocket() else { return [] }
    return try await onDedicatedThread("conntrack") { try Self.connections(socket) }
  }

  /// Has the kernel forget the host's connections from, to or translated to one of these addresses: for containers that
  /// are gone and for ports that were published or withdrawn, so that running conversations by UDP are translated anew.
  ///
  /// Nothing waits for it but the caller; changes go on beside it. One that ended meanwhile is no error.
  ///
  /// - Returns: how many were forgotten.
  @discardableResult
  public func forgetConnections(of addresses: Set<IPAddress>) async throws -> Int {
    guard !addresses.isEmpty else { return 0 }
    return try await forgetConnections { connection in
      addresses.contains(connection.original.source) || addresses.contains(connection.original.destination)
        || addresses.contains(connection.reply.source) || addresses.contains(connection.reply.destination)
    }
  }

  /// The same for those that `isMeant` picks.
  @discardableResult
  public func forgetConnections(where isMeant: @escaping @Sendable (ConntrackEntry) -> Bool) async throws -> Int {
    guard let socket = try await connectionSocket() else { return 0 }
    return try await onDedicatedThread("conntrack") {
      let meant = try Self.connections(socket).filter(isMeant)
      var count = 0
      for outcome in try socket.performInBatches(meant.map { .forget($0) }) {
        if let outcome, outcome.errno != ENOENT { throw outcome }
        if outcome == nil { count += 1 }
      }
      return count
    }
  }

  /// In the host's namespace; a socket of its own, since the table's dump would hold up the other. `nil` when the
  /// namespace has no connections: the table need not be walked.
  private func connectionSocket() async throws -> NetlinkSocket? {
    try await thread.run {
      if let count = try? readFile("/proc/sys/net/netfilter/nf_conntrack_count"), count == "0\n" { return nil }
      return try NetlinkSocket(family: NETLINK_NETFILTER)
    }
  }

  private static func connections(_ socket: NetlinkSocket) throws(SystemCallError) -> [ConntrackEntry] {
    try socket.dump(.listConnections) { ConntrackEntry($0) }
  }
}
