internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// `/volumes`.
struct VolumeHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/volumes", list),
      Route(.POST, "/volumes/create", create),
      Route(.POST, "/volumes/prune", prune),
      Route(.GET, "/volumes/{name}", inspect),
      Route(.DELETE, "/volumes/{name}", remove),
    ]
  }

  private func list(_ request: ServerRequest) async throws -> ServerResponse {
    var answer = Wire.VolumeList()
    answer.Volumes = try await engine.volumes(try request.filters()).map(Wire.Volume.init)
    return try .json(answer)
  }

  private func create(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decodeIfPresent(Wire.VolumeCreateBody.self) ?? Wire.VolumeCreateBody()
    guard body.ClusterVolumeSpec == nil else {
      throw EngineError(.notImplemented, "cluster volumes are not implemented")
    }
    let volume = try await engine.createVolume(
      name: body.Name, driver: body.Driver, options: body.DriverOpts ?? [:], labels: body.Labels ?? [:])
    return try .json(Wire.Volume(volume), status: .created)
  }

  private func inspect(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(Wire.Volume(await engine.volume(request["name"])))
  }

  private func remove(_ request: ServerRequest) async throws -> ServerResponse {
    try await engine.removeVolume(request["name"], force: request.query.flag("force"))
    return .noContent
  }

  private func prune(_ request: ServerRequest) async throws -> ServerResponse {
    var filters = try request.filters()
    // Before 1.42 prune removed every unused volume, named or not.
    if request.version < APIVersion(1, 42), filters["all"] == nil { filters.values["all"] = ["1"] }
    let result = try await engine.pruneVolumes(filters)
    var answer = Wire.VolumesPruned()
    // Unlike the other lists, Docker does not write this one as null.
    answer.VolumesDeleted = result.removed
    answer.SpaceReclaimed = result.reclaimed
    return try .json(answer)
  }
}
