public import EngineModel
import StateStore

extension Engine {
  /// Changes the limits of a container, at once where it runs, and its restart policy.
  ///
  /// - Returns: warnings.
  public func updateContainer(_ reference: String, _ wish: ResourceUpdate) async throws -> [String] {
    let parts = try parts
    let id = try state.container(reference).id
    return try await alone(with: id) { try await update(id, wish, parts) }
  }

  private func update(_ id: ContainerID, _ wish: ResourceUpdate, _ parts: Parts) async throws -> [String] {
    let old = try record(id)
    guard let life = lives[id], !life.isRemoving, life.state.status != .dead else {
      throw Self.refused(id, "container is marked for removal and cannot be \"update\"")
    }
    var changed = old
    do throws(EngineError) {
      changed.host = try wish.applied(to: old.host)
    } catch {
      throw EngineError(error.code, "Cannot update container \(id): \(error.message)")
    }
    let warnings = try await parts.runtime.review(changed.host)
    if life.state.pid != 0, changed.host.resources != old.host.resources {
      do {
        try await parts.runtime.update(changed)
      } catch {
        throw Self.refused(id, "\(error)")
      }
    }
    // Its networks or its name may have changed meanwhile.
    var record = try record(id)
    record.host.resources = changed.host.resources
    record.host.restartPolicy = changed.host.restartPolicy
    try keep(record)
    lives[id]?.policy = record.host.restartPolicy
    emit("update", record)
    return warnings
  }

  private static func refused(_ id: ContainerID, _ reason: String) -> EngineError {
    EngineError(.system, "Cannot update container \(id): \(reason)")
  }
}
