internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// Requests to registries other than pull, which is in ``ImageHandlers``.
struct RegistryHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.POST, "/auth", endsWithClient: true, authenticate),
      Route(.GET, "/images/search", endsWithClient: true, search),
      Route(.GET, "/distribution/{name:.*}/json", endsWithClient: true, describe),
      Route(.POST, "/images/{name:.*}/push", push),
    ]
  }

  private func push(_ request: ServerRequest) async throws -> ServerResponse {
    let repository = try ImageReference(request["name"])
    let reference =
      try request.parameter("tag").map { (tag) throws(EngineError) in try repository.tagged(tag) } ?? repository
    let (login, platform) = (try request.registryLogin, try request.requestedPlatform)
    let engine = engine
    return .transfer { try await engine.pushImage(reference, platform: platform, login: login, report: $0) }
  }

  private func authenticate(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decode(Wire.AuthConfig.self)
    let isComplete = !body.username.isEmpty && !body.password.isEmpty
    guard isComplete || !body.identitytoken.isEmpty || !body.auth.isEmpty else {
      throw EngineError(.invalidParameter, "credentials are missing: a user name with its password, or a token")
    }
    try await engine.checkLogin(try RegistryLogin(body), to: body.serveraddress)
    return try .json(Wire.AuthAnswer(Status: "Login Succeeded"))
  }

  /// Docker's default limit.
  private static let usualLimit = 25

  private func search(_ request: ServerRequest) async throws -> ServerResponse {
    guard let term = request.parameter("term") else { throw EngineError(.invalidParameter, "no search term is given") }
    let limit = try request.integer("limit") ?? 0
    guard (0...100).contains(limit) else {
      throw EngineError(.invalidParameter, "limit \(limit) is outside the range of [1, 100]")
    }
    let found = try await engine.searchImages(
      SearchTerm(term), limit: limit == 0 ? Self.usualLimit : limit, filters: request.filters(),
      login: request.registryLogin)
    return try .json(found.map(Wire.SearchResult.init))
  }

  private func describe(_ request: ServerRequest) async throws -> ServerResponse {
    let reference = try ImageReference(request["name"])
    let description = try await engine.inspectDistribution(reference, login: try request.registryLogin)
    return try .json(Wire.DistributionInspect(description))
  }
}
