import Addressing
import Glibc
import Kernel

/// The kernel's conntrack table (conntrack(8)).
protocol ConntrackTable: Sendable {
  /// Removes the entries from, to or translated to one of these addresses.
  func remove(of addresses: Set<IPAddress>) async throws

  /// Removes the UDP entries to these host ports that are not translated. They are older than the port's publication, and
  /// would keep packets from the container.
  func removeUntranslated(toPorts ports: Set<UInt16>) async throws
}

extension KernelExecutor: ConntrackTable {
  func remove(of addresses: Set<IPAddress>) async throws { try await deleteConntrackEntries(of: addresses) }

  func removeUntranslated(toPorts ports: Set<UInt16>) async throws {
    try await deleteConntrackEntries { connection in
      connection.protocolNumber == UInt8(IPPROTO_UDP) && ports.contains(connection.original.destinationPort)
        && connection.reply.source == connection.original.destination
    }
  }
}
