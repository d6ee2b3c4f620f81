import EngineModel
import Glibc
import Kernel

/// A resolved image in a registry: its manifest is known, and nothing was downloaded yet.
package struct ImagePull: Sendable {
  /// The requested reference, with a tag, a digest, or both.
  let reference: ImageReference
  /// The digest of the document behind the reference: the index's if there is one.
  let digest: Digest
  let document: RemoteManifest
  let manifest: OCIManifest
  let session: RegistrySession
  /// The platform that the client asked for. If the registry has only one manifest, for another platform, the engine
  /// pulls it with a warning, as Docker does.
  let platform: RequestedPlatform?

  /// The reference with the manifest's own digest.
  var exact: ImageReference {
    ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: document.digest)
  }

  /// Resolves a reference in its registry.
  ///
  /// - Parameter requested: `nil`: this host's platform, or the only one that exists.
  /// - Throws: `notFound` in Docker's words if the reference or the platform does not exist.
  static func resolve(
    _ reference: ImageReference, for requested: RequestedPlatform?, _ session: RegistrySession, _ content: ContentStore
  ) async throws -> ImagePull {
    let root = try await session.document(reference)
    var document = root
    if case .index(let index) = root.kind {
      let platform = requested ?? RequestedPlatform()
      guard let found = platform.best(of: index.manifests) else {
        throw EngineError(.notFound, "no matching manifest for \(platform) in the manifest list entries")
      }
      let exact = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: found.digest)
      if content.size(found.digest) == found.size,
        let known = try? await onDedicatedThread("manifest", { try content.document(found.digest) })
      {
        document = try RemoteManifest(known, of: exact)
      } else {
        document = try await session.document(exact)
      }
    }
    guard case .manifest(let manifest) = document.kind else {
      throw EngineError(.invalidParameter, "\(reference.familiar): an image index inside an image index")
    }
    // Registries also hold charts, signatures and other artifacts.
    guard
      manifest.config.mediaType == OCIMediaType.configuration
        || manifest.config.mediaType == OCIMediaType.dockerConfiguration
    else {
      throw EngineError(
        .invalidParameter,
        "invalid rootfs in image configuration: \(reference.familiar) is not an image but \(manifest.config.mediaType)")
    }
    return ImagePull(
      reference: reference, digest: root.digest, document: document, manifest: manifest, session: session,
      platform: requested)
  }

  /// The references that the image gets: its tag, and the digest in its repository.
  var references: [ImageReference] {
    let byDigest = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: digest)
    guard let tag = reference.tag, reference.digest == nil else { return [byDigest] }
    return [ImageReference(domain: reference.domain, path: reference.path, tag: tag, digest: nil), byDigest]
  }

  /// The digests of all content that must stay in the store during the pull.
  func requiredContent(_ configuration: ImageConfiguration?) -> Set<Digest> {
    Set(manifest.layers.map(\.digest) + [manifest.config.digest, document.digest] + (configuration?.chainIDs ?? []))
  }
}

extension ImagePull {
  /// The short form with tag or digest: `busybox:latest`.
  package var name: String { reference.familiar }

  /// The short form without a tag: `busybox`.
  package var repository: String { reference.familiarName }
}
