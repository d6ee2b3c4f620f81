package import EngineModel
import StateStore

extension Engine {
  /// Changes the limits and the restart policy of a container. The limits apply to a running container at once.
  ///
  /// - Returns: warnings.
  package func updateContainer(_ reference: String, _ change: ResourceUpdate) async throws -> [String] {
    let parts = try parts
    let id = try state.container(reference).id
    return try await withLock(on: id) { try await update(id, change, parts) }
  }

  private func update(_ id: ContainerID, _ change: ResourceUpdate, _ parts: Parts) async throws -> [String] {
    let old = try record(id)
    guard transient.machines[id]?.isRemoving != true, old.state.status != .dead else {
      throw Self.refused(id, "container is marked for removal and cannot be \"update\"")
    }
    var changed = old
    do throws(EngineError) {
      changed.host = try change.applied(to: old.host)
    } catch {
      throw EngineError(error.code, "Cannot update container \(id): \(error.message)")
    }
    let warnings = try await parts.runtime.validate(changed.host)
    if hasProcess(id), changed.host.resources != old.host.resources {
      do {
        try await parts.runtime.update(changed)
      } catch {
        throw Self.refused(id, ErrorText.of(error))
      }
    }
    let host = changed.host
    try mutate(id) { container in
      container.host.resources = host.resources
      container.host.restartPolicy = host.restartPolicy
    }
    emit("update", try record(id))
    return warnings
  }

  private static func refused(_ id: ContainerID, _ reason: String) -> EngineError {
    EngineError(.system, "Cannot update container \(id): \(reason)")
  }
}
