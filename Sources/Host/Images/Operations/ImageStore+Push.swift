import EngineModel
import Kernel

extension ImageStore {
  /// Sends an image, or all images of a repository, to the registry that the name speaks of.
  ///
  /// - Parameters:
  ///   - reference: without a tag: all that the repository has here.
  ///   - platform: an image of another is refused.
  /// - Throws: `notFound`, "An image does not exist locally with the tag: …"; what the registry says, in Docker's words.
  public func push(
    _ reference: ImageReference, platform: RequestedPlatform? = nil, login: RegistryLogin = RegistryLogin(),
    report: @escaping TransferReport
  ) async throws {
    guard reference.digest == nil else { throw EngineError(.invalidParameter, "cannot push a digest reference") }
    report(TransferEvent("The push refers to repository [\(reference.name)]"))
    let names = catalogue.names
    let tagged = reference.tag == nil ? names.tags(of: reference) : [reference]
    let images = tagged.compactMap { name in names.references[name].flatMap { names.images[$0] }.map { (name, $0) } }
    guard !images.isEmpty else {
      throw EngineError(.notFound, "An image does not exist locally with the tag: \(reference.familiarName)")
    }
    for (name, image) in images {
      if let platform, !platform.fits(image.configuration) {
        throw EngineError(
          .notFound,
          "image with reference \(name.familiar) was found but does not provide the specified platform (\(platform))")
      }
    }
    for (name, image) in images { try await push(image, name, login, report) }
  }

  private func push(
    _ image: StoredImage, _ name: ImageReference, _ login: RegistryLogin, _ report: @escaping TransferReport
  ) async throws {
    let catalogue = catalogue
    let lease = try await catalogue.exclusively { catalogue.lease(image.blobs) }
    let result: Result<Void, any Error>
    do {
      let session = try await registrySession(name.domain, login)
      let outcome = try await ImagePush(
        image: image, reference: name, session: session, content: catalogue.content, report: report
      ).run()
      let digest = ImageReference(domain: name.domain, path: name.path, tag: nil, digest: outcome.digest)
      try await catalogue.exclusively {
        // The image may have been removed meanwhile.
        try catalogue.update { names in if names.images[image.id] != nil { names.name(image.id, digest) } }
      }
      let tag = name.tag ?? ""
      report(TransferEvent("\(tag): digest: \(outcome.digest) size: \(outcome.size)"))
      report(TransferEvent(pushed: TransferEvent.Pushed(tag: tag, digest: outcome.digest, size: outcome.size)))
      result = .success(())
    } catch {
      result = .failure(Task.isCancelled ? CancellationError() : error)
    }
    try await endLease(lease)
    try result.get()
  }
}
