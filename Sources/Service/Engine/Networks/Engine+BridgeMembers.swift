import Addressing
import EngineModel
import NetworkPlan
import Reconciler

/// The links of networks that depend on which containers of this host are on them: member bridges, and overlay networks.
extension Engine {
  /// The member bridges that a container's endpoints are on.
  func bridgeMembers(_ intents: [EndpointIntent]) -> [BridgeMember] {
    intents.compactMap { intent in
      intent.endpoint.bridgeMember.flatMap { $0 > 0 ? BridgeMember(intent.network, number: $0) : nil }
    }
  }

  /// Creates the member bridges and the overlay links that a container needs. Member bridges exist until the network is
  /// removed, overlay links while a container of this host is on the network.
  func createNeededBridges(of container: Container, _ parts: Parts) async throws {
    for member in bridgeMembers(allEndpointIntents(container)) {
      networkActivity.join(member)
      try await parts.reconciler.update(.parent(member.bridge.rawValue)) { try member.state() }
    }
    for intent in endpointIntents(container) where intent.network.spansHosts {
      try await updateNetwork(intent.network.id)
    }
  }

  /// The steps of ``createNeededBridges(of:_:)``.
  func planNeededBridges(_ sandbox: SandboxIntent, _ parts: Parts) async throws -> [String] {
    var steps: [String] = []
    for member in bridgeMembers(sandbox.endpoints) {
      steps += HostPlan(await parts.reconciler.plan(.parent(member.bridge.rawValue), try member.state())).steps
    }
    for intent in sandbox.endpoints where intent.network.spansHosts {
      steps +=
        HostPlan(await parts.reconciler.plan(.network(intent.network.id), try plannedState(of: intent.network))).steps
    }
    return steps
  }

  /// A network's fragment as if containers of this host were on it.
  private func plannedState(of network: Network) throws(EngineError) -> KernelState {
    var context = networkContext(network)
    context.hasLocalEndpoints = true
    return try network.behavior.desiredState(of: network, in: context)
  }

  func removeMemberBridges(of network: Network, _ parts: Parts) async {
    for member in networkActivity.removeBridges(of: network.id) {
      await parts.reconciler.remove(.parent(member.bridge.rawValue))
    }
  }
}
