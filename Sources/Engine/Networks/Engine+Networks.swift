public import EngineModel

extension Engine {
  /// - Returns: the network's id, and a warning that may be empty.
  public func createNetwork(_ request: NetworkCreateRequest) async throws -> (id: NetworkID, warning: String) {
    throw Self.missing("network create")
  }

  /// Filters: `driver`, `id`, `label`, `name`, `scope`, `type`, `dangling`. Sorted by name.
  public func networks(_ filters: Filters = Filters()) throws -> [NetworkView] { throw Self.missing("network ls") }

  public func network(_ reference: String) throws -> NetworkView { throw Self.missing("network inspect") }

  public func removeNetwork(_ reference: String) async throws { throw Self.missing("network rm") }

  /// Filters: `label`, `label!`, `until`. The names of what was removed.
  public func pruneNetworks(_ filters: Filters = Filters()) async throws -> PruneResult {
    throw Self.missing("network prune")
  }

  public func connect(network: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws
  {
    throw Self.missing("network connect")
  }

  /// - Parameter force: also where the container is not there any more or its side fails.
  public func disconnect(network: String, container: String, force: Bool = false) async throws {
    throw Self.missing("network disconnect")
  }
}
