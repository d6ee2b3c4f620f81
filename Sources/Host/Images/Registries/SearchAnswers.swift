import EngineModel

/// Reads what registries answer to a search. Pure.
enum SearchAnswers {
  private struct Found: Decodable {
    struct Entry: Decodable {
      var name: String?
      var description: String?
      var star_count: Int?
      var is_official: Bool?
    }

    var results: [Entry]?
  }

  private struct Catalogue: Decodable {
    var repositories: [String]?
  }

  /// `GET /v1/search`, which Docker Hub and some others have.
  static func found(_ bytes: [UInt8], in domain: String) throws(EngineError) -> [SearchResult] {
    let found = try CanonicalJSON.decode(Found.self, bytes, "search results of \(domain)")
    return (found.results ?? []).compactMap { entry in
      entry.name.map { name in
        SearchResult(
          name: full(name, in: domain), description: entry.description ?? "", stars: entry.star_count ?? 0,
          isOfficial: entry.is_official ?? false)
      }
    }
  }

  /// A page of `GET /v2/_catalog` (distribution specification of Docker, "Listing Repositories"), narrowed to names with
  /// the words in them.
  static func catalogue(_ bytes: [UInt8], _ term: SearchTerm) throws(EngineError) -> [SearchResult] {
    let page = try CanonicalJSON.decode(Catalogue.self, bytes, "list of repositories of \(term.domain)")
    let words = term.words.lowercased()
    return (page.repositories ?? []).filter { words.isEmpty || $0.lowercased().contains(words) }.map {
      SearchResult(name: full($0, in: term.domain))
    }
  }

  /// The name under which it can be pulled.
  private static func full(_ name: String, in domain: String) -> String {
    domain == ImageReference.defaultDomain || name.hasPrefix("\(domain)/") ? name : "\(domain)/\(name)"
  }
}
