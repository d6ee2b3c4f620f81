import Addressing
import EngineModel
import Logging
import NetworkPlan

extension Engine {
  /// What others' firewalls were found to do, and when.
  struct ForeignFindings: Sendable {
    var tables: [ForeignTable] = []
    var verdicts = ForeignVerdicts([])
    var read: ContinuousClock.Instant?
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
    return foreign.verdicts.findings.map(\.sentence)
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

  /// Reads them again unless that was done a moment ago.
  func readForeignTables() async {
    if let read = foreign.read, read + .seconds(1) > .now { return }
    guard let source = (try? parts)?.foreignTables else { return }
    foreign.read = .now
    do {
      let tables = try await source()
      let verdicts = ForeignVerdicts(tables)
      for finding in verdicts.findings where !foreign.verdicts.findings.contains(finding) {
        logger.warning("\(finding.sentence)")
      }
      foreign.tables = tables
      foreign.verdicts = verdicts
    } catch {
      logger.warning("reading the tables of others: \(error)")
    }
  }
}
