public import EngineModel

/// A search text with its registry: `redis`, `registry.example.org:5000/team`.
public struct SearchTerm: Sendable, Hashable {
  /// The registry, as in an image reference.
  public let domain: String
  /// Empty: list everything.
  public let text: String

  /// - Throws: `invalidParameter`, in Docker's words.
  public init(_ text: String) throws(EngineError) {
    guard !text.contains("://") else {
      throw EngineError(
        .invalidParameter, "invalid repository name: repository name (\(text)) should not have a scheme")
    }
    let (domain, rest) = ImageReference.splitDomain(text)
    guard RegistryDomain.isValid(domain) else {
      throw EngineError(.invalidParameter, "invalid registry address: \(domain)")
    }
    self.domain = domain == "index.docker.io" ? ImageReference.defaultDomain : domain
    let isOfficial = self.domain == ImageReference.defaultDomain && rest.hasPrefix(ImageReference.officialPrefix)
    self.text = isOfficial ? String(rest.dropFirst(ImageReference.officialPrefix.count)) : rest
  }
}

/// A found repository.
public struct SearchResult: Sendable, Hashable {
  /// A name that can be pulled.
  public var name: String
  public var description: String
  public var stars: Int
  public var isOfficial: Bool

  public init(name: String, description: String = "", stars: Int = 0, isOfficial: Bool = false) {
    self.name = name
    self.description = description
    self.stars = stars
    self.isOfficial = isOfficial
  }
}
