import EngineModel
import NetworkPlan

/// What the engine knows about networks beside their records. It is never stored.
struct NetworkActivity: Sendable {
  private var creations: [NetworkID: Task<Void, any Error>] = [:]
  private var joinedBridges: [NetworkID: Set<BridgeMember>] = [:]

  // MARK: Creations

  /// A task creates the network's links.
  mutating func beginCreation(of network: NetworkID, _ task: Task<Void, any Error>) { creations[network] = task }

  mutating func endCreation(of network: NetworkID) { creations[network] = nil }

  /// A container that connects waits for this task; `nil` when the links exist.
  func creation(of network: NetworkID) -> Task<Void, any Error>? { creations[network] }

  // MARK: Further bridges

  /// The network has one more bridge, because its others are full.
  mutating func join(_ member: BridgeMember) { joinedBridges[member.network.id, default: []].insert(member) }

  func bridges(of network: NetworkID) -> Set<BridgeMember> { joinedBridges[network] ?? [] }

  /// - Returns: the bridges that the caller removes.
  mutating func removeBridges(of network: NetworkID) -> Set<BridgeMember> {
    joinedBridges.removeValue(forKey: network) ?? []
  }
}
