public import EngineModel

/// A name for an image, in its full form: `docker.io/library/busybox:latest`.
///
/// The grammar and its messages are those of the reference format that all registries share (distribution spec,
/// "Pulling manifests"; Docker's own short forms on top).
public struct ImageReference: Hashable, Sendable {
  /// Host and port of the registry.
  public let domain: String
  /// The repository's path in the registry.
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

  /// The same with `latest` where neither a tag nor a digest was named.
  public var withDefaultTag: ImageReference {
    tag == nil && digest == nil ? ImageReference(domain: domain, path: path, tag: "latest", digest: nil) : self
  }

  public func tagged(_ tag: String) throws(EngineError) -> ImageReference {
    guard Self.isTag(tag) else { throw EngineError(.invalidParameter, "invalid tag format") }
    return ImageReference(domain: domain, path: path, tag: tag, digest: nil)
  }

  /// The repository as people write it: without Docker's own registry and its `library/`.
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
