package import EngineModel
import Kernel

extension ImageStore {
  /// Searches a registry with its search API if it has one (Docker Hub), otherwise in its list of repositories, which
  /// most private registries offer.
  ///
  /// - Parameters:
  ///   - limit: the largest number of results.
  ///   - isWanted: filters the results. As in Docker, a search API is asked for only `limit` results before filtering.
  /// - Throws: `unavailable` if the registry cannot be reached, `system` if it refuses this login, `notFound` if it has
  ///   neither a search nor a list.
  package func search(
    _ term: SearchTerm, limit: Int, login: RegistryLogin = RegistryLogin(),
    where isWanted: @Sendable (SearchResult) -> Bool = { _ in true }
  ) async throws -> [SearchResult] {
    let (folder, settings) = (registryFolder, registries)
    let client = try await onDedicatedThread("registry") {
      try RegistryClient(in: folder, domain: term.domain, settings: settings, login: login)
    }
    // An empty term asks for the list.
    if !term.text.isEmpty || term.domain == ImageReference.defaultDomain {
      let answer = try await client.get("/v1/search", [("q", term.text), ("n", "\(limit)")])
      if answer.status == 200, let found = try? SearchResponses.searchPage(answer.body, in: term.domain) {
        return Array(found.filter(isWanted).prefix(limit))
      }
      guard term.domain != ImageReference.defaultDomain else {
        throw EngineError(.system, "the registry \(term.domain) answered a search with status \(answer.status)")
      }
    }
    return try await list(term, limit, client, isWanted)
  }

  /// The largest number of list pages to read.
  private static let pages = 200

  private func list(
    _ term: SearchTerm, _ limit: Int, _ client: RegistryClient, _ isWanted: (SearchResult) -> Bool
  ) async throws -> [SearchResult] {
    var found: [SearchResult] = []
    var path = "/v2/_catalog"
    var query = [("n", "100")]
    for _ in 0..<Self.pages {
      let answer = try await client.get(path, query)
      guard answer.status == 200 else {
        throw EngineError(
          .notFound,
          "the registry \(term.domain) has neither a search (/v1/search) nor a list of its repositories (/v2/_catalog): "
            + "it answered with status \(answer.status)")
      }
      found += try SearchResponses.catalogPage(answer.body, term).filter(isWanted)
      guard found.count < limit, let next = answer.next else { break }
      (path, query) = (next, [])
    }
    return Array(found.prefix(limit))
  }
}
