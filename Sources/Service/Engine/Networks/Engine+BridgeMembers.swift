import Addressing
import EngineModel
import NetworkPlan
import Reconciler

/// Networks that have more than one bridge.
extension Engine {
  /// The further bridges that a container stands on.
  func bridgeMembers(_ intents: [EndpointIntent]) -> [BridgeMember] {
    intents.compactMap { intent in
      intent.endpoint.member.flatMap { $0 > 0 ? BridgeMember(intent.network, number: $0) : nil }
    }
  }

  /// Joins them to the networks' own ones, where that is not done yet. They stay until the network goes. And makes the
  /// links of networks that span hosts, where the container is this host's first on one.
  func joinBridges(of container: Container, _ parts: Parts) async throws {
    for member in bridgeMembers(places(of: container)) {
      joinedBridges[member.network.id, default: []].insert(member)
      try await parts.reconciler.set(.parent(member.bridge.rawValue), to: try member.state())
    }
    for intent in endpointIntents(container) where intent.network.driver == .overlay {
      try await refreshOverlay(intent.network.id)
    }
  }

  /// What joining them would do.
  func planJoining(_ wish: SandboxIntent, _ parts: Parts) async throws -> [String] {
    var steps: [String] = []
    for member in bridgeMembers(wish.endpoints) {
      steps += HostPlan(await parts.reconciler.plan(.parent(member.bridge.rawValue), try member.state())).steps
    }
    for intent in wish.endpoints where intent.network.driver == .overlay {
      steps +=
        HostPlan(await parts.reconciler.plan(.network(intent.network.id), try overlayState(joining: intent))).steps
    }
    return steps
  }

  func removeBridges(of network: Network, _ parts: Parts) async {
    for member in joinedBridges.removeValue(forKey: network.id) ?? [] {
      await parts.reconciler.remove(.parent(member.bridge.rawValue))
    }
  }
}
