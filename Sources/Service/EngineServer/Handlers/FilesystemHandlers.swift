import JSON
internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// A container's file system.
struct FilesystemHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/containers/{id}/changes", changes),
      Route(.GET, "/containers/{id}/export", export),
      Route(.POST, "/commit", commit),
      Route(.HEAD, "/containers/{id}/archive", statusOfPath),
      Route(.GET, "/containers/{id}/archive", copyOut),
      Route(.PUT, "/containers/{id}/archive", body: .streamed, copyIn),
    ]
  }

  private func changes(_ request: ServerRequest) async throws -> ServerResponse {
    let changes = try await engine.changes(of: request["id"])
    let shown = changes.map { Wire.FilesystemChange(Path: $0.path, Kind: $0.kind.rawValue) }
    // Go writes `null` when nothing changed.
    return try .json(shown.isEmpty ? nil : shown)
  }

  private func export(_ request: ServerRequest) async throws -> ServerResponse {
    .archive(try await engine.export(request["id"]))
  }

  private func commit(_ request: ServerRequest) async throws -> ServerResponse {
    let query = request.query
    guard let container = request.parameter("container") else {
      throw EngineError(.invalidParameter, "bad parameter: container cannot be empty")
    }
    var commit = CommitRequest()
    if let repository = request.parameter("repo") {
      commit.name = request.parameter("tag").map { "\(repository):\($0)" } ?? repository
    }
    commit.author = query["author"] ?? ""
    commit.message = query["comment"] ?? ""
    commit.pauses = query.flag("pause", default: true)
    commit.changes = query.all("changes").filter { !$0.isEmpty }
    // Clients without further settings send nothing, or `null`.
    let isEmpty = request.bytes.isEmpty || request.bytes.prefix(4).elementsEqual("null".utf8)
    if !isEmpty { commit.configuration = try request.decode(Wire.ContainerConfig.self).model() }
    let id = try await engine.commitContainer(container, commit)
    return try .json(Wire.IdentifierResponse(Id: id), status: .created)
  }

  private func statusOfPath(_ request: ServerRequest) async throws -> ServerResponse {
    let status = try await engine.pathStatus(in: request["id"], try path(request))
    return ServerResponse(.ok, headers: try Self.headers(status))
  }

  private func copyOut(_ request: ServerRequest) async throws -> ServerResponse {
    let (status, write) = try await engine.copyOut(of: request["id"], try path(request))
    var response = ServerResponse.archive(write)
    response.headers.add(contentsOf: try Self.headers(status))
    return response
  }

  private func copyIn(_ request: ServerRequest) async throws -> ServerResponse {
    try await engine.copyIn(
      to: request["id"], try path(request), request.archive,
      keepsEntryKinds: request.query.flag("noOverwriteDirNonDir"),
      ownedByUser: request.query.flag("copyUIDGID"))
    return ServerResponse(.ok)
  }

  private func path(_ request: ServerRequest) throws(EngineError) -> String {
    guard let path = request.parameter("path") else {
      throw EngineError(.invalidParameter, "bad parameter: path cannot be empty")
    }
    return path
  }

  private static func headers(_ status: PathStatus) throws -> HTTPHeaders {
    var shown = Wire.PathStatus()
    shown.name = status.name
    shown.size = status.size
    shown.mode = status.mode
    shown.mtime = status.modified.description
    shown.linkTarget = status.linkTarget
    return ["X-Docker-Container-Path-Stat": Base64.encode(try JSONEncoding.bytes(shown))]
  }
}
