internal import EngineAPI
internal import EngineModel
internal import Images
internal import NIOHTTP1

/// What is asked of registries, which this engine does not reach yet: what is asked wrongly is told, and for the rest
/// the registry is named that was not asked.
struct RegistryHandlers: Sendable {
  var routes: [Route] {
    [
      Route(.POST, "/auth", refusal: "logging in to a registry is not implemented", authenticate),
      Route(.GET, "/images/search", refusal: "searching a registry is not implemented", search),
      Route(
        .GET, "/distribution/{name:.*}/json", refusal: "asking a registry about an image is not implemented", describe),
    ]
  }

  private func authenticate(_ request: ServerRequest) async throws -> ServerResponse {
    let body = try request.decode(Wire.AuthConfig.self)
    let isComplete = !body.username.isEmpty && !body.password.isEmpty
    guard isComplete || !body.identitytoken.isEmpty || !body.auth.isEmpty else {
      throw EngineError(.invalidParameter, "credentials are missing: a user name with its password, or a token")
    }
    throw unreachable("logging in", body.serveraddress.isEmpty ? "docker.io" : body.serveraddress)
  }

  private func search(_ request: ServerRequest) async throws -> ServerResponse {
    guard let term = request.word("term") else { throw EngineError(.invalidParameter, "no search term is given") }
    _ = try request.filters()
    if let limit = try request.integer("limit"), !(0...100).contains(limit) {
      throw EngineError(.invalidParameter, "limit \(limit) is outside the range of [1, 100]")
    }
    let domain = term.split(separator: "/").first.map(String.init) ?? term
    throw unreachable(
      "searching", domain != term && domain.contains(where: { ".:".contains($0) }) ? domain : "docker.io")
  }

  private func describe(_ request: ServerRequest) async throws -> ServerResponse {
    throw unreachable("asking for \(request["name"])", try ImageReference(request["name"]).domain)
  }

  private func unreachable(_ what: String, _ registry: String) -> EngineError {
    EngineError(
      .notImplemented,
      "\(what) is not implemented: the registry \(registry) was not asked; images come in by docker load and docker import"
    )
  }
}
