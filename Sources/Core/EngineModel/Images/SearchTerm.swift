/// A search text with its registry: `redis`, `registry.example.org:5000/team`.
package struct SearchTerm: Sendable, Hashable {
  /// The registry, as in an image reference.
  package let domain: String
  /// Empty: list everything.
  package let text: String

  /// - Throws: `invalidParameter`, in Docker's words.
  package init(_ text: String) throws(EngineError) {
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
