package import EngineModel
package import Images

extension Engine {
  /// Resolves a name at its registry. Nothing is changed here yet.
  ///
  /// - Parameter platform: `nil`: this host's.
  /// - Throws: `notFound` in Docker's words; `unavailable` when skopeo is not installed.
  package func beginPull(
    _ reference: ImageReference, platform: RequestedPlatform? = nil, login: RegistryLogin = RegistryLogin()
  ) async throws -> ImagePull {
    try await imageStore().beginPull(reference, platform: platform, login: login)
  }

  /// Pulls an image.
  ///
  /// - Returns: whether the reference meant another image before, or none.
  package func pullImage(_ pull: ImagePull, report: @escaping TransferEventHandler) async throws -> Bool {
    let result = try await imageStore().pull(pull, report: report)
    emit(.image, "pull", pull.name, ["name": pull.repository])
    return result.isNew
  }

  /// The tags of a repository in its registry.
  package func remoteTags(of repository: ImageReference, login: RegistryLogin) async throws -> [String] {
    try await imageStore().remoteTags(of: repository, login: login)
  }

  /// Asks a registry for the manifest and platforms behind a reference.
  package func inspectDistribution(
    _ reference: ImageReference, login: RegistryLogin
  ) async throws -> DistributionInspection {
    try await imageStore().inspectDistribution(reference, login: login)
  }

  /// Checks a login at its registry.
  ///
  /// - Parameter server: the registry's address, as the client writes it; empty: Docker Hub.
  package func checkLogin(_ login: RegistryLogin, to server: String) async throws {
    try await imageStore().checkLogin(login, to: server)
  }
}

extension Engine {
  /// Pushes an image, or all tags of a repository, to its registry.
  package func pushImage(
    _ reference: ImageReference, platform: RequestedPlatform? = nil, login: RegistryLogin = RegistryLogin(),
    report: @escaping TransferEventHandler
  ) async throws {
    try await imageStore().push(reference, platform: platform, login: login, report: report)
    emit(.image, "push", reference.familiar, ["name": reference.familiarName])
  }
}

extension Engine {
  /// Searches a registry. Filters: `is-automated` (no image is any more), `is-official`, `stars` (minimum).
  package func searchImages(
    _ term: SearchTerm, limit: Int, filters: Filters = Filters(), login: RegistryLogin = RegistryLogin()
  ) async throws -> [SearchResult] {
    try filters.check(allowed: ["is-automated", "is-official", "stars"])
    let (isOfficial, isAutomated) = (try filters.flag("is-official"), try filters.flag("is-automated"))
    var fewest = 0
    for text in filters["stars"] ?? [] {
      guard let stars = Int(text) else { throw EngineError(.invalidParameter, "invalid filter 'stars=\(text)'") }
      fewest = max(fewest, stars)
    }
    guard isAutomated != true else { return [] }
    let least = fewest
    return try await imageStore().search(term, limit: limit, login: login) { result in
      result.stars >= least && (isOfficial ?? result.isOfficial) == result.isOfficial
    }
  }
}
