import Addressing
import Glibc
import Kernel

/// The kernel's memory of conversations (conntrack(8)), as the engine needs it.
protocol ConntrackTable: Sendable {
  /// Forgets those from, to or translated to one of these addresses.
  func forget(of addresses: Set<IPAddress>) async throws

  /// Forgets those by UDP to these ports of the host that are not translated: they began before the port was published,
  /// and would go on past it.
  func forgetUntranslated(toPorts ports: Set<UInt16>) async throws
}

extension KernelExecutor: ConntrackTable {
  func forget(of addresses: Set<IPAddress>) async throws { try await forgetConnections(of: addresses) }

  func forgetUntranslated(toPorts ports: Set<UInt16>) async throws {
    try await forgetConnections { connection in
      connection.protocolNumber == UInt8(IPPROTO_UDP) && ports.contains(connection.original.destinationPort)
        && connection.reply.source == connection.original.destination
    }
  }
}
