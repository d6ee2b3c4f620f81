import JSON
internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Kernel
internal import NIOHTTP1

/// `/containers`: create, list, inspect, and the life cycle.
struct ContainerHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/containers/json", list),
      Route(.POST, "/containers/create", plans: true, create),
      Route(.POST, "/containers/prune", plans: true, prune),
      Route(.GET, "/containers/{id}/json", inspect),
      Route(.GET, "/containers/{id}/top", top),
      Route(.POST, "/containers/{id}/start", plans: true, start),
      Route(.POST, "/containers/{id}/stop", plans: true, stop),
      Route(.POST, "/containers/{id}/restart", plans: true, restart),
      Route(.POST, "/containers/{id}/kill", plans: true, kill),
      Route(.POST, "/containers/{id}/pause", pause),
      Route(.POST, "/containers/{id}/unpause", unpause),
      Route(.POST, "/containers/{id}/rename", rename),
      Route(.POST, "/containers/{id}/resize", resize),
      Route(.POST, "/containers/{id}/wait", wait),
      // The name of a link has a slash: `web/db`.
      Route(.DELETE, "/containers/{id:.*}", plans: true, remove),
    ]
  }

  private func list(_ request: ServerRequest) async throws -> ServerResponse {
    let limit = try request.integer("limit") ?? 0
    let views = try await engine.containers(
      ContainerListRequest(
        all: request.query.flag("all"), limit: limit > 0 ? limit : nil, withSizes: request.query.flag("size"),
        filters: try request.filters()))
    let now = Timestamp.now
    return try .json(views.map { Wire.ContainerSummary($0, now: now) })
  }

  private func create(_ request: ServerRequest) async throws -> ServerResponse {
    let (body, warnings) = try request.decodeWithWarnings(Wire.ContainerCreateBody.self)
    let parts = try body.parts()
    if request.version < APIVersion(1, 44), parts.endpoints.count > 1 {
      throw EngineError(
        .invalidParameter,
        "Container cannot be created with multiple network endpoints: "
          + parts.endpoints.keys.sorted().joined(separator: ", "))
    }
    let host = Self.completed(parts.host, for: request.version)
    var creation = ContainerCreateRequest(
      name: try request.query["name"].flatMap { $0.isEmpty ? nil : try ContainerName.check($0) },
      configuration: parts.configuration, host: host, endpoints: parts.endpoints,
      platform: request.query["platform"].flatMap { $0.isEmpty ? nil : $0 })
    creation.hardwareAddress = parts.hardwareAddress
    if request.wantsPlan { return try .plan(await engine.planRun(creation)) }
    let created = try await engine.createContainer(creation)
    return try .json(
      Wire.ContainerCreateResponse(Id: created.id.rawValue, Warnings: warnings + created.warnings), status: .created)
  }

  /// What older versions of the API mean by what they do not say (moby: `postContainersCreate`).
  private static func completed(_ host: HostConfiguration, for version: APIVersion) -> HostConfiguration {
    var host = host
    if version < APIVersion(1, 44) {
      for index in host.mounts.indices where host.mounts[index].kind == .bind && host.mounts[index].readOnly {
        host.mounts[index].bindReadOnlyRecursion = .nonRecursive
      }
    }
    if version < APIVersion(1, 40), host.ipcMode.isEmpty { host.ipcMode = "shareable" }
    return host
  }

  private func inspect(_ request: ServerRequest) async throws -> ServerResponse {
    let view = try await engine.container(request["id"], withSizes: request.query.flag("size"))
    var shown = Wire.ContainerInspect(view, version: request.version)
    if view.networkMode == "host" || view.networkMode == "none",
      let network = try? await engine.network(view.networkMode)
    {
      shown.NetworkSettings.Networks[view.networkMode]?.NetworkID = network.network.id.rawValue
    }
    guard request.version >= APIVersion(1, 52), shown.Config.OnBuild == nil else { return try .json(shown) }
    return .json(try JSONEncoding.value(shown).removing("OnBuild", from: "Config"))
  }

  private func top(_ request: ServerRequest) async throws -> ServerResponse {
    let table = try await engine.top(request["id"], arguments: request.query["ps_args"] ?? "")
    return try .json(Wire.Top(Processes: table.processes, Titles: table.titles))
  }

  private func start(_ request: ServerRequest) async throws -> ServerResponse {
    guard request.query["checkpoint"] ?? "" == "" else {
      throw EngineError(.notImplemented, "starting from a checkpoint is not implemented")
    }
    if let body = try request.decodeIfPresent(JSONObject.self), !body.isEmpty {
      throw EngineError(
        .invalidParameter,
        "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24")
    }
    if request.wantsPlan { return try .plan(await engine.planStart(request["id"])) }
    try await engine.startContainer(request["id"])
    return .noContent
  }

  private func stop(_ request: ServerRequest) async throws -> ServerResponse {
    if request.wantsPlan { return try .plan(await engine.planStop(request["id"])) }
    try await engine.stopContainer(
      request["id"], signal: request.parameter("signal"), timeout: try request.integer("t"))
    return .noContent
  }

  private func restart(_ request: ServerRequest) async throws -> ServerResponse {
    if request.wantsPlan { return try .plan(await engine.planRestart(request["id"])) }
    try await engine.restartContainer(
      request["id"], signal: request.parameter("signal"), timeout: try request.integer("t"))
    return .noContent
  }

  private func kill(_ request: ServerRequest) async throws -> ServerResponse {
    let signal = request.query["signal"] ?? ""
    if request.wantsPlan { return try .plan(await engine.planKill(request["id"], signal: signal)) }
    try await engine.killContainer(request["id"], signal: signal)
    return .noContent
  }

  private func pause(_ request: ServerRequest) async throws -> ServerResponse {
    try await engine.pauseContainer(request["id"])
    return .noContent
  }

  private func unpause(_ request: ServerRequest) async throws -> ServerResponse {
    try await engine.unpauseContainer(request["id"])
    return .noContent
  }

  private func rename(_ request: ServerRequest) async throws -> ServerResponse {
    try await engine.renameContainer(request["id"], to: request.query["name"] ?? "")
    return .noContent
  }

  private func resize(_ request: ServerRequest) async throws -> ServerResponse {
    let (height, width) = try request.terminalSize()
    try await engine.resizeContainer(request["id"], height: height, width: width)
    return ServerResponse(.ok)
  }

  /// The head is sent at once, so that the client knows that the wait has started before it starts the container.
  private func wait(_ request: ServerRequest) async throws -> ServerResponse {
    let word = request.parameter("condition") ?? WaitCondition.notRunning.rawValue
    guard let condition = WaitCondition(rawValue: word) else {
      throw EngineError(.invalidParameter, "invalid condition: \"\(word)\"")
    }
    let wait = try await engine.wait(request["id"], condition: condition)
    return ServerResponse(
      .ok, headers: ["Content-Type": "application/json"],
      body: .stream { writer in
        let result = try await wait.result()
        try await writer.line(
          Wire.WaitResponse(
            StatusCode: Int64(result.exitCode), Error: result.error.map { Wire.WaitError(Message: $0) }))
      })
  }

  private func remove(_ request: ServerRequest) async throws -> ServerResponse {
    if request.wantsPlan {
      return try .plan(
        await engine.planRemoval(ofContainer: request["id"], force: request.query.flag("force")))
    }
    try await engine.removeContainer(
      request["id"], force: request.query.flag("force"), volumes: request.query.flag("v"),
      link: request.query.flag("link"))
    return .noContent
  }

  private func prune(_ request: ServerRequest) async throws -> ServerResponse {
    if request.wantsPlan { return try .plan(await engine.planPruneContainers(try request.filters())) }
    let result = try await engine.pruneContainers(try request.filters())
    var answer = Wire.ContainersPruned()
    answer.ContainersDeleted = result.removed.isEmpty ? nil : result.removed
    answer.SpaceReclaimed = result.reclaimed
    return try .json(answer)
  }
}
