import EngineModel
import Glibc
import Kernel

/// An image that is being fetched: what it is made of is known, and nothing of it has been changed here yet.
public struct ImagePull: Sendable {
  /// Fetched under this name; with a tag, a digest, or both.
  let reference: ImageReference
  /// Of the document to which the name led: of an index if there is one.
  let digest: Digest
  let manifest: RemoteDocument
  let parts: OCIManifest
  let session: RegistrySession
  /// What suits nobody's wish, but is all that there is: told and fetched all the same, as Docker does it.
  let platform: RequestedPlatform?

  /// Names the same manifest by its own digest.
  var exact: ImageReference {
    ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: manifest.digest)
  }

  /// Asks the registry what is behind a name.
  ///
  /// - Parameter wish: `nil`: this host's platform, or whatever there is if there is one only.
  /// - Throws: `notFound` in Docker's words for what is not there or not for that platform.
  static func begin(
    _ reference: ImageReference, for wish: RequestedPlatform?, _ session: RegistrySession, _ content: ContentStore
  ) async throws -> ImagePull {
    let top = try await session.document(reference)
    var manifest = top
    if case .index(let index) = top.kind {
      let platform = wish ?? RequestedPlatform()
      guard let found = platform.best(of: index.manifests) else {
        throw EngineError(.notFound, "no matching manifest for \(platform) in the manifest list entries")
      }
      let exact = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: found.digest)
      if content.size(found.digest) == found.size,
        let known = try? await onDedicatedThread("manifest", { try content.document(found.digest) })
      {
        manifest = try RemoteDocument(known, of: exact)
      } else {
        manifest = try await session.document(exact)
      }
    }
    guard case .manifest(let parts) = manifest.kind else {
      throw EngineError(.invalidParameter, "\(reference.familiar): an image index inside an image index")
    }
    // Charts, signatures and the like are kept in registries, too.
    guard
      parts.config.mediaType == OCIMediaType.configuration || parts.config.mediaType == OCIMediaType.dockerConfiguration
    else {
      throw EngineError(
        .invalidParameter,
        "invalid rootfs in image configuration: \(reference.familiar) is no image but \(parts.config.mediaType)")
    }
    return ImagePull(
      reference: reference, digest: top.digest, manifest: manifest, parts: parts, session: session, platform: wish)
  }

  /// Under which the image will be known: its tag, and the digest in its repository.
  var names: [ImageReference] {
    let byDigest = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: digest)
    guard let tag = reference.tag, reference.digest == nil else { return [byDigest] }
    return [ImageReference(domain: reference.domain, path: reference.path, tag: tag, digest: nil), byDigest]
  }

  /// All that must stay in the store while it is put together.
  func needs(_ configuration: ImageConfiguration?) -> Set<Digest> {
    Set(parts.layers.map(\.digest) + [parts.config.digest, manifest.digest] + (configuration?.chain ?? []))
  }
}

extension ImagePull {
  /// In short, with tag or digest: `busybox:latest`.
  public var name: String { reference.familiar }

  /// In short, without: `busybox`.
  public var repository: String { reference.familiarName }
}
