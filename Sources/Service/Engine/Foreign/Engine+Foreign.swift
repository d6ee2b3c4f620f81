import Addressing
import EngineModel
import Logging
import NetworkPlan
import Reconciler

extension Engine {
  /// The foreign tables that were read last, and what follows from them.
  struct ForeignFindings: Sendable {
    var tables: [ForeignTable] = []
    var verdicts = ForeignVerdicts([])
    var lastReading: ContinuousClock.Instant?
    /// Bridges of other engines.
    var neighbours: Set<InterfaceName> = []
    /// The next reading, if foreign tables changed since the last one.
    var reading: Task<Void, Never>?
    var dockerUserInput: DockerUserInput?
  }

  /// Warnings about foreign tables that may drop packets of a network's containers. Conditional rules are not evaluated, so
  /// packets may be dropped without a warning.
  public func firewallWarnings(ofNetwork reference: String) async throws -> [String] {
    let network = try state.network(reference)
    await readForeignTables()
    return firewallWarnings(of: network)
  }

  /// The same for all networks.
  func firewallWarnings() async -> [String] {
    await readForeignTables()
    return foreign.verdicts.findings
      .filter { finding in state.bridges.keys.contains { finding.concerns($0.rawValue, in: foreign.tables) } }
      .map(\.sentence)
  }

  /// The same, from the last reading.
  func firewallWarnings(of network: Network) -> [String] {
    guard let bridge = network.routedBridge else { return [] }
    return foreign.verdicts.findings
      .filter { $0.concerns(bridge.rawValue, in: foreign.tables) }
      .map(\.sentence)
  }

  /// Warnings about foreign tables that may make a container's published ports unreachable.
  func publishingWarnings(of container: Container) -> [String] {
    guard !container.host.portBindings.isEmpty || container.host.publishAllPorts else { return [] }
    // The last reading may be old; this one is for the next container.
    Task { await self.readForeignTables() }
    let names = container.unresolvedNetworks.keys.compactMap { state.networkNames[$0] }
    let networks = (names + container.endpoints.map(\.network)).compactMap { state.networks[$0] }
    var seen: Set<String> = []
    return networks.flatMap(firewallWarnings(of:)).filter { seen.insert($0).inserted }
  }

  /// Schedules a reading after a change of foreign tables. Changes close together cause one reading.
  func foreignTablesChanged() {
    guard foreign.reading == nil else { return }
    let due = max(.now + .milliseconds(50), (foreign.lastReading ?? .now) + Self.readingInterval)
    foreign.reading = Task {
      try? await Task.sleep(until: due, clock: .continuous)
      guard !Task.isCancelled else { return }
      foreign.reading = nil
      await readForeignTables()
    }
  }

  private static let readingInterval: Duration = .milliseconds(250)

  /// Reads foreign tables, unless that was done a moment ago, and updates the host's firewall and `DOCKER-USER`.
  func readForeignTables() async {
    if let last = foreign.lastReading, last + Self.readingInterval > .now { return }
    guard await observeForeignTables() else { return }
    await attempting("updating the firewall for other engines' bridges") { try await self.updateHost() }
    await updateDockerUserChain()
  }

  /// Reads foreign tables and changes nothing.
  ///
  /// - Returns: whether that succeeded.
  func observeForeignTables() async -> Bool {
    guard let parts = try? parts, let source = parts.foreignTables else { return false }
    foreign.lastReading = .now
    do {
      let tables = try await source()
      let host = try await parts.hostNetwork([])
      let verdicts = ForeignVerdicts(tables)
      let known = foreign.verdicts.findings
      foreign.tables = tables
      foreign.verdicts = verdicts
      let neighbours = host.neighbours(in: tables, except: Set(state.bridges.keys))
      if neighbours != foreign.neighbours {
        logger.info(
          "bridges of other engines",
          metadata: ["names": "\(neighbours.map(\.rawValue).sorted().joined(separator: " "))"])
        foreign.neighbours = neighbours
      }
      for finding in verdicts.findings where !known.contains(finding) { logger.warning("\(finding.sentence)") }
      return true
    } catch {
      logger.warning("reading foreign firewall tables: \(error)")
      return false
    }
  }
}
