import DataPlane
import EngineModel
import StateStore

extension Engine {
  package func renameContainer(_ reference: String, to name: String) async throws {
    let parts = try parts
    let id = try state.container(reference).id
    // A new container with a link may appear while this call waits for the locks.
    while true {
      let locked = try containersLinking(to: id).union([id])
      let isDone = try await withLocks(on: locked) {
        guard try containersLinking(to: id).isSubset(of: locked) else { return false }
        try await rename(id, to: name, parts)
        return true
      }
      if isDone { return }
    }
  }

  /// The caller must hold the locks of the container and of those that have a link to it.
  private func rename(_ id: ContainerID, to name: String, _ parts: Parts) async throws {
    let old = try record(id)
    guard !name.isEmpty, name != "/" else {
      throw EngineError(.invalidParameter, "Neither old nor new names may be empty")
    }
    var renamed = old
    do throws(EngineError) {
      renamed.name = try ContainerName.check(name)
      if renamed.name != old.name { try requireFree(renamed.name) }
    } catch {
      throw EngineError(error.code, "Error when allocating new name: \(error.message)")
    }
    guard renamed.name != old.name else {
      throw EngineError(
        .invalidParameter, "Renaming a container with the same name as its current name")
    }
    try put([renamed] + containersRelinked(from: old.name, to: renamed.name))
    emit("rename", renamed, ["oldName": "/\(old.name)"])
    guard renamed.state.isRunning else { return }
    let changes = dataPlaneTable(of: old).changes(to: dataPlaneTable(of: renamed))
    if !changes.isEmpty { try await parts.dataPlane.apply(changes) }
    await republishEndpoints(of: renamed)
  }

  /// The containers whose links name this one.
  private func containersLinking(to id: ContainerID) throws(EngineError) -> Set<ContainerID> {
    let name = try record(id).name
    return Set(containersRelinked(from: name, to: "").map(\.id))
  }
}
