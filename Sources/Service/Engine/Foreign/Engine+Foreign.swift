import Addressing
import EngineModel
import Logging
import NetworkPlan
import Reconciler

extension Engine {
  /// Warnings about foreign tables that may drop packets of a network's containers. Conditional rules are not evaluated, so
  /// packets may be dropped without a warning.
  package func firewallWarnings(ofNetwork reference: String) async throws -> [String] {
    let network = try state.network(reference)
    await readForeignTables()
    return firewallWarnings(of: network)
  }

  /// The same for all networks.
  func firewallWarnings() async -> [String] {
    await readForeignTables()
    return foreign.verdicts.findings
      .filter { finding in state.bridges.keys.contains { finding.mayDropPackets(of: $0.rawValue, in: foreign.tables) } }
      .map(\.warning)
  }

  /// The same, from the last reading.
  func firewallWarnings(of network: Network) -> [String] {
    guard let bridge = network.routedBridge else { return [] }
    return foreign.verdicts.findings
      .filter { $0.mayDropPackets(of: bridge.rawValue, in: foreign.tables) }
      .map(\.warning)
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
    foreign.scheduleReading(at: .now) { await self.readChangedTables() }
  }

  private func readChangedTables() async {
    foreign.beginScheduledReading()
    await readForeignTables()
  }

  /// Reads foreign tables, unless that was done a moment ago, and updates the host's firewall and its places in foreign ones.
  func readForeignTables() async {
    if foreign.isCurrent(at: .now) { return }
    guard await observeForeignTables() else { return }
    await attempting("updating the firewall for other engines' bridges") { try await self.updateHost() }
    await updateForeignFirewalls()
  }

  /// Reads foreign tables and changes nothing.
  ///
  /// - Returns: whether that succeeded.
  func observeForeignTables() async -> Bool {
    guard let parts = try? parts, let source = parts.foreignTables else { return false }
    foreign.beginReading(at: .now)
    do {
      let tables = try await source()
      let host = try await parts.hostNetwork([])
      let neighbours = host.neighbours(in: tables, except: Set(state.bridges.keys))
      let update = foreign.update(tables, neighbours: neighbours)
      if update.neighboursChanged {
        logger.info(
          "bridges of other engines",
          metadata: ["names": "\(neighbours.map(\.rawValue).sorted().joined(separator: " "))"])
      }
      for finding in update.findings { logger.warning("\(finding.warning)") }
      return true
    } catch {
      logger.warning("reading foreign firewall tables: \(error)")
      return false
    }
  }
}
