internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Images
internal import NIOHTTP1

/// A container's files as a whole.
struct FilesystemHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/containers/{id}/changes", changes),
      Route(.GET, "/containers/{id}/export", export),
    ]
  }

  private func changes(_ request: ServerRequest) async throws -> ServerResponse {
    let container = try await engine.container(request["id"]).container.id
    let changes = try await engine.imageStore().changes(of: container)
    return try .json(changes.map { Wire.FilesystemChange(Path: $0.path, Kind: $0.kind.rawValue) })
  }

  private func export(_ request: ServerRequest) async throws -> ServerResponse {
    let container = try await engine.container(request["id"]).container.id
    let store = try await engine.imageStore()
    return .archive { try await store.export(container, to: $0) }
  }
}
