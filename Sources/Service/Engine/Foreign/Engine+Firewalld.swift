import Addressing
import Coordination
import Kernel
import Logging
import NetworkPlan

/// The input of the last update of firewalld's zone.
struct FirewalldInput: Hashable, Sendable {
  /// firewalld's rules about the zone.
  var rules: [String]
  var bridges: Set<InterfaceName>
}

extension Engine {
  /// Puts this engine's bridges into a zone of firewalld that accepts their packets, unless the administrator turned this
  /// off. firewalld forgets the bridges when it is reloaded; its new rules then cause another call.
  func updateFirewalldZone() async {
    guard configuration.usesFirewalldZone,
      let table = foreign.tables.first(where: { $0.name == FirewalldZone.table })
    else { return }
    let found = FirewalldInput(rules: FirewalldZone.rules(in: table), bridges: Set(state.bridges.keys))
    guard found != foreign.firewalldInput else { return }
    foreign.firewalldInput = found
    await attempting("adding this engine's bridges to firewalld's zone \(FirewalldZone.name)") {
      do {
        // Calls overlap when networks are created side by side: two of them would both create the zone.
        try await foreign.firewalldLock.withLock(FirewalldZone.name) {
          try await assignBridgesToFirewalldZone()
        }
      } catch {
        foreign.firewalldInput = nil
        throw error
      }
    }
  }

  private func assignBridgesToFirewalldZone() async throws {
    let tool = try Tool("firewall-cmd", package: "firewalld")
    func call(_ arguments: [String]) async throws -> String {
      try await tool.run(arguments).requireSuccess("firewall-cmd \(arguments.joined(separator: " "))").stdoutText
    }
    let creation = FirewalldZone.creation(
      zones: try await call(["--permanent", "--get-zones"]),
      policies: try await call(["--permanent", "--get-policies"]))
    for arguments in creation { _ = try await call(arguments) }
    if !creation.isEmpty { _ = try await call(["--reload"]) }
    let listing = try await call(["--get-active-zones"])
    let links = try await parts.hostNetwork([]).links.keys
    let changes = FirewalldZone.changes(from: listing, for: Set(state.bridges.keys), on: Set(links))
    guard !changes.isEmpty else { return }
    _ = try await call(changes)
    logger.info(
      "firewalld's zone \(FirewalldZone.name) accepts packets of this engine's bridges",
      metadata: ["changes": "\(changes.dropFirst().joined(separator: " "))"])
  }

  /// Makes foreign firewalls that have a place for other programs accept packets of this engine's bridges.
  func updateForeignFirewalls() async {
    await updateDockerUserChain()
    await updateFirewalldZone()
  }
}
