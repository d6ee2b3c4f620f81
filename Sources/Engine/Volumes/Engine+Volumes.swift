public import EngineModel

extension Engine {
  /// Making a volume that is there already gives that one.
  ///
  /// - Parameter name: empty: the engine makes one up, and the volume is anonymous.
  public func createVolume(
    name: String = "", driver: String = "", options: [String: String] = [:], labels: [String: String] = [:]
  ) async throws -> Volume { throw Self.missing("volume create") }

  /// Filters: `dangling`, `driver`, `label`, `name`.
  public func volumes(_ filters: Filters = Filters()) throws -> [Volume] { throw Self.missing("volume ls") }

  public func volume(_ name: String) throws -> Volume { throw Self.missing("volume inspect") }

  public func removeVolume(_ name: String, force: Bool = false) async throws { throw Self.missing("volume rm") }

  /// Filters: `label`, `label!`, `all`. Anonymous volumes only unless `all` says otherwise.
  public func pruneVolumes(_ filters: Filters = Filters()) async throws -> PruneResult {
    throw Self.missing("volume prune")
  }
}
