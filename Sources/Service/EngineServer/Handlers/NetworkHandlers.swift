internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// `/networks`.
struct NetworkHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/networks", list),
      Route(.POST, "/networks/create", plans: true, create),
      Route(.POST, "/networks/prune", plans: true, prune),
      Route(.GET, "/networks/{id}", inspect),
      Route(.DELETE, "/networks/{id}", plans: true, remove),
      Route(.POST, "/networks/{id}/connect", plans: true, connect),
      Route(.POST, "/networks/{id}/disconnect", plans: true, disconnect),
    ]
  }

  private func list(_ request: ServerRequest) async throws -> ServerResponse {
    let views = try await engine.networks(try request.filters())
    return try .json(views.map { Wire.Network($0, withContainers: false) })
  }

  private func inspect(_ request: ServerRequest) async throws -> ServerResponse {
    let view = try await engine.network(request["id"])
    if let scope = request.parameter("scope"), scope != view.network.scope.rawValue {
      throw EngineError(.notFound, "network \(request["id"]) not found")
    }
    var shown = Wire.Network(view, withContainers: true)
    let warnings = try await engine.firewallWarnings(ofNetwork: view.network.id.rawValue)
    // Also an empty list: a client's template for a missing member fails.
    shown.Warnings = warnings
    if request.version >= APIVersion(1, 52) { shown.Status = Wire.NetworkStatus(view.poolUses) }
    return try .json(shown)
  }

  private func create(_ request: ServerRequest) async throws -> ServerResponse {
    let (body, warnings) = try request.decodeWithWarnings(Wire.NetworkCreateBody.self)
    let wish = try NetworkCreateRequest(body)
    if request.wantsPlan { return try .plan(await engine.planNetwork(wish)) }
    let created = try await engine.createNetwork(wish)
    return try .json(
      Wire.NetworkCreateResponse(
        Id: created.id.rawValue,
        Warning: (warnings + [created.warning].filter { !$0.isEmpty }).joined(separator: "\n")), status: .created)
  }

  private func remove(_ request: ServerRequest) async throws -> ServerResponse {
    if request.wantsPlan { return try .plan(await engine.planRemoval(ofNetwork: request["id"])) }
    try await engine.removeNetwork(request["id"])
    return .noContent
  }

  private func connect(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decode(Wire.NetworkConnectBody.self)
    let settings = try body.EndpointConfig?.model() ?? EndpointSettings()
    if request.wantsPlan {
      return try .plan(
        await engine.planConnect(network: request["id"], container: body.Container, settings: settings))
    }
    try await engine.connect(network: request["id"], container: body.Container, settings: settings)
    return ServerResponse(.ok)
  }

  private func disconnect(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decode(Wire.NetworkDisconnectBody.self)
    if request.wantsPlan {
      return try .plan(await engine.planDisconnect(network: request["id"], container: body.Container))
    }
    try await engine.disconnect(network: request["id"], container: body.Container, force: body.Force)
    return ServerResponse(.ok)
  }

  private func prune(_ request: ServerRequest) async throws -> ServerResponse {
    if request.wantsPlan { return try .plan(await engine.planPrune(try request.filters())) }
    let result = try await engine.pruneNetworks(try request.filters())
    var answer = Wire.NetworksPruned()
    answer.NetworksDeleted = result.removed.isEmpty ? nil : result.removed
    return try .json(answer)
  }
}
