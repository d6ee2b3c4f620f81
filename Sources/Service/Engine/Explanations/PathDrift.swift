import EngineModel
import Explanation
import NetworkPlan
import Nftables
import Reconciler

/// Finds drift on the path of an explanation: of the host, and of the sandboxes and networks that the path crosses.
struct PathDrift: Sendable {
  let reconciler: Reconciler
  /// Whether the engine removes drift without a command (self-healing).
  let healsItself: Bool

  /// - Parameter firewall: the engine's tables on the host, as observed.
  func find(in facts: PathFacts, _ firewall: Firewall) async throws -> [PathFacts.Drift] {
    var found: [PathFacts.Drift] = []
    for (owner, subject) in Self.owners(in: facts) {
      var changes = try await reconciler.drift(of: owner).changes
      changes += await reconciler.desiredState(of: owner).missing(in: firewall)
      guard !changes.isEmpty else { continue }
      found.append(PathFacts.Drift(of: subject, changes.map(\.commands), healsItself: healsItself))
    }
    return found
  }

  private static func owners(in facts: PathFacts) -> [(owner: Reconciler.Owner, subject: String)] {
    var owners: [(owner: Reconciler.Owner, subject: String)] = [(.host, "this host's forwarding or firewall")]
    var seen: Set<NetworkID> = []
    for id in facts.sandboxes.keys.sorted() {
      guard let container = facts.containers[id] else { continue }
      owners.append((.sandbox(id.rawValue), "the network of \(container.name)"))
      for endpoint in container.allEndpoints where seen.insert(endpoint.network).inserted {
        guard let network = facts.networks[endpoint.network] else { continue }
        owners.append((.network(network.id), "the network \(network.name)"))
      }
    }
    return owners
  }
}

extension KernelState {
  /// The changes that would restore missing tables and elements on the host.
  fileprivate func missing(in firewall: Firewall) -> [KernelChange] {
    guard var desired = firewalls[.host] else { return [] }
    desired.tables = desired.tables.filter { !$0.value.isForAdministrator }
    var observed = desired
    observed.tables = firewall.tables.filter { desired.tables[$0.key] != nil }
    observed.elements = desired.elements.reduce(into: [:]) { elements, set in
      elements[set.key] = set.value.intersection(firewall.elements[set.key] ?? [])
    }
    var (old, new) = (KernelState(), KernelState())
    (old.firewalls[.host], new.firewalls[.host]) = (observed, desired)
    return KernelState.difference(from: old, to: new)
  }
}
