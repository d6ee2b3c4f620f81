import Addressing
import Cluster
import EngineModel
import NetworkPlan
import Reconciler

/// The desired state, computed from the engine's state in the turn of its owner. An update that waits for its turn
/// therefore never replaces a newer fragment by an older one.
extension Engine {
  /// Makes the host's part of the kernel match the networks, the cluster and the foreign tables known now.
  func updateHost() async throws {
    try await parts.reconciler.update(.host) { await self.hostIntent.state() }
  }

  /// Makes a network's part of the kernel match its record and, for an overlay, the cluster's records.
  func updateNetwork(_ id: NetworkID) async throws {
    try await parts.reconciler.update(.network(id)) { try await self.networkState(id) }
  }

  /// Makes a sandbox and its links match the container's record and the networks known now. The caller holds the
  /// container's lock.
  func updateSandbox(of container: Container) async throws {
    try await parts.reconciler.update(.sandbox(container.id.rawValue)) {
      try await self.sandboxIntent(container).state()
    }
  }

  /// A network's fragment; empty for a network that the engine does not have.
  func networkState(_ id: NetworkID) throws(EngineError) -> KernelState {
    guard let network = state.networks[id], !network.isConfigurationOnly else { return KernelState() }
    return try network.behavior.desiredState(of: network, in: networkContext(network))
  }

  /// What this host and the cluster contribute to a network's fragment.
  func networkContext(_ network: Network) -> NetworkContext {
    guard network.spansHosts, let cluster else { return NetworkContext() }
    return NetworkContext(
      tunnel: cluster.tunnel, remoteEndpoints: cluster.records.remoteEndpoints(on: network.id, besides: cluster.node),
      hasLocalEndpoints: state.attached[network.id]?.isEmpty == false)
  }

  /// What the host needs for all networks together.
  var hostIntent: HostIntent {
    var intent = HostIntent(
      enabledForwarding4: hostState.enabledForwarding.ipv4, enabledForwarding6: hostState.enabledForwarding.ipv6,
      forwards6: hostState.forwardsIPv6 || state.networks.values.contains { $0.enableIPv6 && $0.isRoutedByHost })
    for network in state.networks.values where network.driver.isPlugin {
      intent.foreign += network.ipam.pools.compactMap(\.subnet)
    }
    intent.tunnels = tunnels
    intent.neighbours = foreign.neighbours
    return intent
  }
}
