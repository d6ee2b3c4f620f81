import Addressing
import EngineModel
import Logging

/// Removes conntrack entries of containers that ended, before other containers get their addresses. For each removal the
/// kernel visits its whole table, which cost a third of all work when containers started and stopped quickly. So removals
/// within a moment are done in one sweep, and only a container that gets such an address waits for it. A container that
/// gets its own former address needs no removal.
actor ConntrackCleaner {
  private let table: any ConntrackTable
  private let logger: Logger
  /// Addresses whose entries must be removed, with their former holder.
  private var waiting: [IPAddress: Holder] = [:]
  private var underway: Set<IPAddress> = []
  private var sweeping: Task<Void, Never>?
  /// The delay before a sweep. A container that waits for the sweep cancels it.
  private var pause: Task<Void, Never>?
  private static let delay = Duration.milliseconds(250)

  init(_ table: any ConntrackTable, logger: Logger) {
    self.table = table
    self.logger = logger
  }

  /// A container with its published ports. If the ports change, it counts as another holder, because flows to a port that
  /// is no longer published must end.
  struct Holder: Hashable {
    let container: ContainerID
    let publications: [PortPublication]

    init(_ container: Container) {
      self.container = container.id
      publications = container.publications
    }
  }

  /// Schedules the removal of the conntrack entries of these addresses.
  func scheduleRemoval(_ addresses: [IPAddress], of holder: Holder) {
    guard !addresses.isEmpty else { return }
    for address in addresses { waiting[address] = holder }
    startSweep()
  }

  /// Waits until no entries of these addresses' former holders are left. Entries of `holder` itself may stay.
  func finishRemoval(_ addresses: [IPAddress], for holder: Holder) async {
    for address in addresses where waiting[address] == holder { waiting[address] = nil }
    while addresses.contains(where: { waiting[$0] != nil || underway.contains($0) }), let sweeping {
      pause?.cancel()
      await sweeping.value
    }
  }

  /// Removes UDP entries that are older than the publication of their port.
  func removeUntranslated(toPorts ports: Set<UInt16>) async {
    guard !ports.isEmpty else { return }
    do {
      try await table.removeUntranslated(toPorts: ports)
    } catch {
      logger.warning("removing conntrack entries of newly published ports: \(error)")
    }
  }

  private func startSweep() {
    guard sweeping == nil else { return }
    let pause = Task { _ = try? await Task.sleep(for: Self.delay) }
    self.pause = pause
    sweeping = Task {
      await pause.value
      underway = Set(waiting.keys)
      waiting = [:]
      if !underway.isEmpty { await sweep(underway) }
      didSweep()
    }
  }

  private func didSweep() {
    sweeping = nil
    underway = []
    if !waiting.isEmpty { startSweep() }
  }

  private func sweep(_ addresses: Set<IPAddress>) async {
    do {
      try await table.remove(of: addresses)
    } catch {
      logger.warning("removing conntrack entries of ended containers: \(error)")
    }
  }
}
