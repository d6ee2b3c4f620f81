import Addressing
import Logging

/// Has conversations with containers that are gone forgotten, before their addresses are somebody else's. The kernel
/// walks its whole table for that, so nobody waits for it but who gets such an address; what comes together is one walk.
actor ConnectionSweep {
  private let table: any ConnectionTable
  private let logger: Logger
  private var waiting: Set<IPAddress> = []
  private var underway: Set<IPAddress> = []
  private var walk: Task<Void, Never>?

  init(_ table: any ConnectionTable, logger: Logger) {
    self.table = table
    self.logger = logger
  }

  /// Begins to.
  func forget(_ addresses: [IPAddress]) {
    guard !addresses.isEmpty else { return }
    waiting.formUnion(addresses)
    begin()
  }

  /// Returns when nothing of these addresses' former holders is left.
  func settle(_ addresses: [IPAddress]) async {
    while !waiting.union(underway).isDisjoint(with: addresses), let walk { await walk.value }
  }

  /// Forgets conversations by UDP that began before their port was published.
  func forgetUntranslated(toPorts ports: Set<UInt16>) async {
    guard !ports.isEmpty else { return }
    do {
      try await table.forgetUntranslated(toPorts: ports)
    } catch {
      logger.warning("forgetting conversations with ports that are published now: \(error)")
    }
  }

  private func begin() {
    guard walk == nil else { return }
    underway = waiting
    waiting = []
    walk = Task {
      await self.sweep(underway)
      self.didEnd()
    }
  }

  private func didEnd() {
    walk = nil
    underway = []
    if !waiting.isEmpty { begin() }
  }

  private func sweep(_ addresses: Set<IPAddress>) async {
    do {
      try await table.forget(of: addresses)
    } catch {
      logger.warning("forgetting conversations of containers that are gone: \(error)")
    }
  }
}
