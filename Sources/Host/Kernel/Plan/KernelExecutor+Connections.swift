package import Addressing
import CNetlink
import Glibc

extension KernelExecutor {
  /// The conntrack entries of the host. The kernel walks one table for all namespaces, which takes some milliseconds.
  package func connections() async throws -> [ConntrackEntry] {
    guard let socket = try await connectionSocket() else { return [] }
    return try await onDedicatedThread("conntrack") { try Self.connections(socket) }
  }

  /// Deletes the host's conntrack entries from, to or translated to these addresses. Call it when containers are
  /// removed and when ports are published or withdrawn, so that existing UDP flows are translated again.
  ///
  /// Changes to the kernel continue meanwhile. Entries that expire in between are not an error.
  ///
  /// - Returns: the number of deleted entries.
  @discardableResult
  package func deleteConntrackEntries(of addresses: Set<IPAddress>) async throws -> Int {
    guard !addresses.isEmpty else { return 0 }
    return try await deleteConntrackEntries { connection in
      addresses.contains(connection.original.source) || addresses.contains(connection.original.destination)
        || addresses.contains(connection.reply.source) || addresses.contains(connection.reply.destination)
    }
  }

  /// Deletes the host's conntrack entries that `isSelected` selects.
  @discardableResult
  package func deleteConntrackEntries(where isSelected: @escaping @Sendable (ConntrackEntry) -> Bool) async throws
    -> Int
  {
    guard let socket = try await connectionSocket() else { return 0 }
    return try await onDedicatedThread("conntrack") {
      let meant = try Self.connections(socket).filter(isSelected)
      var count = 0
      for outcome in try socket.performInBatches(meant.map { .forget($0) }) {
        if let outcome, outcome.errno != ENOENT { throw outcome }
        if outcome == nil { count += 1 }
      }
      return count
    }
  }

  /// A socket in the host's namespace. It is separate because a dump of the table would delay other requests. `nil`
  /// when the namespace has no conntrack entries, so that the table need not be walked.
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
