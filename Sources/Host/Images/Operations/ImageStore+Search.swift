import EngineModel
import Kernel

extension ImageStore {
  /// Searches a registry: by its own search where it has one (Docker Hub), and otherwise in the list of all its
  /// repositories, which most registries of one's own give.
  ///
  /// - Parameters:
  ///   - limit: how many are wanted.
  ///   - isWanted: of what was found. Of a search only the first `limit` are looked at, as by Docker.
  /// - Throws: `unavailable` when the registry cannot be reached, `system` when it tells nothing to this login, `notFound`
  ///   when it has neither a search nor a list.
  public func search(
    _ term: SearchTerm, limit: Int, login: RegistryLogin = RegistryLogin(),
    where isWanted: @Sendable (SearchResult) -> Bool = { _ in true }
  ) async throws -> [SearchResult] {
    let (folder, settings) = (registryFolder, registries)
    let inquiry = try await onDedicatedThread("registry") {
      try RegistryInquiry(in: folder, domain: term.domain, settings: settings, login: login)
    }
    // Whoever asks for everything wants the list.
    if !term.words.isEmpty || term.domain == ImageReference.defaultDomain {
      let answer = try await inquiry.get("/v1/search", [("q", term.words), ("n", "\(limit)")])
      if answer.status == 200, let found = try? SearchAnswers.found(answer.body, in: term.domain) {
        return Array(found.filter(isWanted).prefix(limit))
      }
      guard term.domain != ImageReference.defaultDomain else {
        throw EngineError(.system, "the registry \(term.domain) answered a search with status \(answer.status)")
      }
    }
    return try await list(term, limit, inquiry, isWanted)
  }

  /// Pages of a list that are looked through at the most.
  private static let pages = 200

  private func list(
    _ term: SearchTerm, _ limit: Int, _ inquiry: RegistryInquiry, _ isWanted: (SearchResult) -> Bool
  ) async throws -> [SearchResult] {
    var found: [SearchResult] = []
    var path = "/v2/_catalog"
    var query = [("n", "100")]
    for _ in 0..<Self.pages {
      let answer = try await inquiry.get(path, query)
      guard answer.status == 200 else {
        throw EngineError(
          .notFound,
          "the registry \(term.domain) has neither a search (/v1/search) nor a list of its repositories (/v2/_catalog): "
            + "it answered with status \(answer.status)")
      }
      found += try SearchAnswers.catalogue(answer.body, term).filter(isWanted)
      guard found.count < limit, let next = answer.next else { break }
      (path, query) = (next, [])
    }
    return Array(found.prefix(limit))
  }
}
