public import EngineModel

/// A reference to an image in its full form: `docker.io/library/busybox:latest`.
///
/// The grammar is the one of the distribution spec ("Pulling manifests") with Docker's short forms. Messages are
/// Docker's.
public struct ImageReference: Hashable, Sendable {
  /// The registry's host and port.
  public let domain: String
  /// The repository in the registry.
  public let path: String
  public let tag: String?
  public let digest: Digest?

  static let defaultDomain = "docker.io"
  static let officialPrefix = "library/"

  init(domain: String, path: String, tag: String?, digest: Digest?) {
    self.domain = domain
    self.path = path
    self.tag = tag
    self.digest = digest
  }

  /// Domain and path.
  public var name: String { "\(domain)/\(path)" }

  /// The same with the tag `latest` if it has neither a tag nor a digest.
  public var withDefaultTag: ImageReference {
    tag == nil && digest == nil ? ImageReference(domain: domain, path: path, tag: "latest", digest: nil) : self
  }

  public func tagged(_ tag: String) throws(EngineError) -> ImageReference {
    guard Self.isTag(tag) else { throw EngineError(.invalidParameter, "invalid tag format") }
    return ImageReference(domain: domain, path: path, tag: tag, digest: nil)
  }

  /// The repository in its short form: without `docker.io/` and `library/`.
  public var familiarName: String {
    guard domain == Self.defaultDomain else { return name }
    if path.hasPrefix(Self.officialPrefix), !path.dropFirst(Self.officialPrefix.count).contains("/") {
      return String(path.dropFirst(Self.officialPrefix.count))
    }
    return path
  }

  /// The short form: `busybox:latest`.
  public var familiar: String { familiarName + suffix }

  private var suffix: String { (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}

extension ImageReference: CustomStringConvertible {
  /// The full form.
  public var description: String { name + suffix }
}
