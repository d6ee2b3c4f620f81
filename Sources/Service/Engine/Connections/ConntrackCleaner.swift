import Addressing
import EngineModel
import Logging

/// Has conversations with containers that are gone forgotten, before their addresses are somebody else's. The kernel
/// walks its whole table for that, which took a third of all work when containers came and went. So nobody waits for it
/// but who gets such an address, and what comes within a moment is one walk. An address that its former holder gets again,
/// who stopped and starts, needs none.
actor ConntrackCleaner {
  private let table: any ConntrackTable
  private let logger: Logger
  /// With whom they were.
  private var waiting: [IPAddress: Holder] = [:]
  private var underway: Set<IPAddress> = []
  private var walk: Task<Void, Never>?
  /// The moment before a walk; cancelled by whom it would hold up.
  private var pause: Task<Void, Never>?
  private static let moment = Duration.milliseconds(250)

  init(_ table: any ConntrackTable, logger: Logger) {
    self.table = table
    self.logger = logger
  }

  /// Whose conversations they are. With other ports published it is another one: conversations with a port that is
  /// withdrawn shall end.
  struct Holder: Hashable {
    let container: ContainerID
    let publications: [PortPublication]

    init(_ container: Container) {
      self.container = container.id
      publications = container.publications
    }
  }

  /// Begins to.
  func forget(_ addresses: [IPAddress], of holder: Holder) {
    guard !addresses.isEmpty else { return }
    for address in addresses { waiting[address] = holder }
    begin()
  }

  /// Returns when nothing of these addresses' former holders is left, other than of the one who has them now.
  func settle(_ addresses: [IPAddress], for holder: Holder) async {
    for address in addresses where waiting[address] == holder { waiting[address] = nil }
    while addresses.contains(where: { waiting[$0] != nil || underway.contains($0) }), let walk {
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
      underway = Set(waiting.keys)
      waiting = [:]
      if !underway.isEmpty { await sweep(underway) }
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
