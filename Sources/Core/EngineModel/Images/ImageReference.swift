/// A reference to an image in its full form: `docker.io/library/busybox:latest`.
///
/// The grammar is the one of the distribution spec ("Pulling manifests") with Docker's short forms. Messages are
/// Docker's.
package struct ImageReference: Hashable, Sendable {
  /// The registry's host and port.
  package let domain: String
  /// The repository in the registry.
  package let path: String
  package let tag: String?
  package let digest: Digest?

  package static let defaultDomain = "docker.io"
  package static let officialPrefix = "library/"

  package init(domain: String, path: String, tag: String?, digest: Digest?) {
    self.domain = domain
    self.path = path
    self.tag = tag
    self.digest = digest
  }

  /// Domain and path.
  package var name: String { "\(domain)/\(path)" }

  /// The same with the tag `latest` if it has neither a tag nor a digest.
  package var withDefaultTag: ImageReference {
    tag == nil && digest == nil ? ImageReference(domain: domain, path: path, tag: "latest", digest: nil) : self
  }

  package func tagged(_ tag: String) throws(EngineError) -> ImageReference {
    guard Self.isTag(tag) else { throw EngineError(.invalidParameter, "invalid tag format") }
    return ImageReference(domain: domain, path: path, tag: tag, digest: nil)
  }

  /// The repository in its short form: without `docker.io/` and `library/`.
  package var familiarName: String {
    guard domain == Self.defaultDomain else { return name }
    if path.hasPrefix(Self.officialPrefix), !path.dropFirst(Self.officialPrefix.count).contains("/") {
      return String(path.dropFirst(Self.officialPrefix.count))
    }
    return path
  }

  /// The short form: `busybox:latest`.
  package var familiar: String { familiarName + suffix }

  private var suffix: String { (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}

extension ImageReference: CustomStringConvertible {
  /// The full form.
  package var description: String { name + suffix }
}
