import Addressing
import Logging

/// Has conversations with containers that are gone forgotten, before their addresses are somebody else's. The kernel
/// walks its whole table for that, which took a third of all work when containers came and went. So nobody waits for it
/// but who gets such an address, and what comes within a moment is one walk.
actor ConnectionSweep {
  private let table: any ConnectionTable
  private let logger: Logger
  private var waiting: Set<IPAddress> = []
  private var underway: Set<IPAddress> = []
  private var walk: Task<Void, Never>?
  /// The moment before a walk; cancelled by whom it would hold up.
  private var pause: Task<Void, Never>?
  private static let moment = Duration.milliseconds(250)

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
    while !waiting.union(underway).isDisjoint(with: addresses), let walk {
      pause?.cancel()
      await walk.value
    }
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
    let pause = Task { _ = try? await Task.sleep(for: Self.moment) }
    self.pause = pause
    walk = Task {
      await pause.value
      underway = waiting
      waiting = []
      await sweep(underway)
      didEnd()
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
