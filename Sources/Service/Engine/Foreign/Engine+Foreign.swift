import Addressing
import EngineModel
import Logging
import NetworkPlan
import Reconciler

extension Engine {
  /// What others' firewalls were found to do, and when.
  struct ForeignFindings: Sendable {
    var tables: [ForeignTable] = []
    var verdicts = ForeignVerdicts([])
    var read: ContinuousClock.Instant?
    /// Bridges of other engines.
    var neighbours: Set<InterfaceName> = []
    /// The next reading, when others have changed something since the last.
    var reading: Task<Void, Never>?
    /// Of the chain that Docker keeps for others, what was made of it last.
    var passage: DockerPassage?
  }

  /// What others' firewalls may do to the packets of a network's containers, for people. Empty when nothing was found,
  /// which is no promise: rules with conditions are not judged.
  public func firewallWarnings(ofNetwork reference: String) async throws -> [String] {
    let network = try state.network(reference)
    await readForeignTables()
    return firewallWarnings(of: network)
  }

  /// The same of the host as a whole.
  func firewallWarnings() async -> [String] {
    await readForeignTables()
    return foreign.verdicts.findings
      .filter { finding in state.bridges.keys.contains { finding.concerns($0.rawValue, in: foreign.tables) } }
      .map(\.sentence)
  }

  /// By what is known already.
  func firewallWarnings(of network: Network) -> [String] {
    guard network.driver == .bridge, !network.isConfigurationOnly, let options = try? BridgeOptions(network) else {
      return []
    }
    return foreign.verdicts.findings
      .filter { $0.concerns(options.bridgeName.rawValue, in: foreign.tables) }
      .map(\.sentence)
  }

  /// Those that may keep strangers from a container's published ports.
  func publishingWarnings(of container: Container) -> [String] {
    guard !container.host.portBindings.isEmpty || container.host.publishAllPorts else { return [] }
    // What is known may be old; the next one is told better.
    Task { await self.readForeignTables() }
    let names = container.unresolvedNetworks.keys.compactMap { state.networkNames[$0] }
    let networks = (names + container.endpoints.map(\.network)).compactMap { state.networks[$0] }
    var seen: Set<String> = []
    return networks.flatMap(firewallWarnings(of:)).filter { seen.insert($0).inserted }
  }

  /// Others changed their tables. What comes close together is one reading.
  func foreignTablesChanged() {
    guard foreign.reading == nil else { return }
    let due = max(.now + .milliseconds(50), (foreign.read ?? .now) + Self.readingPace)
    foreign.reading = Task {
      try? await Task.sleep(until: due, clock: .continuous)
      guard !Task.isCancelled else { return }
      foreign.reading = nil
      await readForeignTables()
    }
  }

  private static let readingPace: Duration = .milliseconds(250)

  /// Reads them again unless that was done a moment ago, and comes to terms with what is there.
  func readForeignTables() async {
    if let read = foreign.read, read + Self.readingPace > .now { return }
    guard await observeForeignTables(), let parts = try? parts else { return }
    await attempting("telling the firewall of other engines") {
      try await parts.reconciler.set(.host, to: hostIntent.state())
    }
    await openDockerUserChain()
  }

  /// Only reads.
  ///
  /// - Returns: whether that was possible.
  func observeForeignTables() async -> Bool {
    guard let parts = try? parts, let source = parts.foreignTables else { return false }
    foreign.read = .now
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
      logger.warning("reading the tables of others: \(error)")
      return false
    }
  }
}
