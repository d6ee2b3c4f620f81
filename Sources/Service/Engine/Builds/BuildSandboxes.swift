import EngineModel

/// The sandboxes of running builds: containers of which only the network exists. They are never stored.
struct BuildSandboxes: Sendable {
  private var containers: [ContainerID: Container] = [:]

  mutating func add(_ container: Container) { containers[container.id] = container }

  /// - Returns: `nil` when it was removed before.
  mutating func remove(_ id: ContainerID) -> Container? { containers.removeValue(forKey: id) }

  /// A build that is connected to the network.
  func user(of network: NetworkID) -> Container? {
    containers.values.first { $0.endpoints.contains { $0.network == network } }
  }
}
