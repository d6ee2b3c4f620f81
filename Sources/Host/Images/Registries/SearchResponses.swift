import EngineModel

/// Parses registries' search responses. Pure.
enum SearchResponses {
  private struct SearchPage: Decodable {
    struct Entry: Decodable {
      var name: String?
      var description: String?
      var star_count: Int?
      var is_official: Bool?
    }

    var results: [Entry]?
  }

  private struct CatalogPage: Decodable {
    var repositories: [String]?
  }

  /// `GET /v1/search`, which Docker Hub and some others support.
  static func searchPage(_ bytes: [UInt8], in domain: String) throws(EngineError) -> [SearchResult] {
    let page = try CanonicalJSON.decode(SearchPage.self, bytes, "search results of \(domain)")
    return (page.results ?? []).compactMap { entry in
      entry.name.map { name in
        SearchResult(
          name: qualified(name, in: domain), description: entry.description ?? "", stars: entry.star_count ?? 0,
          isOfficial: entry.is_official ?? false)
      }
    }
  }

  /// One page of `GET /v2/_catalog` (distribution spec, "Listing Repositories"), filtered by the search text.
  static func catalogPage(_ bytes: [UInt8], _ term: SearchTerm) throws(EngineError) -> [SearchResult] {
    let page = try CanonicalJSON.decode(CatalogPage.self, bytes, "list of repositories of \(term.domain)")
    let text = term.text.lowercased()
    return (page.repositories ?? []).filter { text.isEmpty || $0.lowercased().contains(text) }.map {
      SearchResult(name: qualified($0, in: term.domain))
    }
  }

  /// The repository's name with its registry.
  private static func qualified(_ name: String, in domain: String) -> String {
    domain == ImageReference.defaultDomain || name.hasPrefix("\(domain)/") ? name : "\(domain)/\(name)"
  }
}
