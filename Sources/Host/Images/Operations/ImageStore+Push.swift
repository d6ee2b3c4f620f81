package import EngineModel
import Kernel

extension ImageStore {
  /// Pushes an image, or all tagged images of a repository, to the reference's registry.
  ///
  /// - Parameters:
  ///   - reference: without a tag: all tags of the repository.
  ///   - platform: refuses an image for another platform.
  /// - Throws: `notFound`, "An image does not exist locally with the tag: …"; the registry's error, in Docker's words.
  package func push(
    _ reference: ImageReference, platform: RequestedPlatform? = nil, login: RegistryLogin = RegistryLogin(),
    report: @escaping TransferEventHandler
  ) async throws {
    guard reference.digest == nil else { throw EngineError(.invalidParameter, "cannot push a digest reference") }
    report(TransferEvent("The push refers to repository [\(reference.name)]"))
    let records = database.records
    let tagged = reference.tag == nil ? records.tags(of: reference) : [reference]
    let images = tagged.compactMap { name in records.references[name].flatMap { records.images[$0] }.map { (name, $0) }
    }
    guard !images.isEmpty else {
      throw EngineError(.notFound, "An image does not exist locally with the tag: \(reference.familiarName)")
    }
    for (name, image) in images {
      if let platform, !platform.matches(image.configuration) {
        throw EngineError(
          .notFound,
          "image with reference \(name.familiar) was found but does not provide the specified platform (\(platform))")
      }
    }
    for (name, image) in images { try await push(image, name, login, report) }
  }

  private func push(
    _ image: StoredImage, _ name: ImageReference, _ login: RegistryLogin, _ report: @escaping TransferEventHandler
  ) async throws {
    let database = database
    let lease = try await database.exclusively { database.lease(image.blobs) }
    let result: Result<Void, any Error>
    do {
      let session = try await registrySession(name.domain, login)
      let outcome = try await ImagePush(
        image: image, reference: name, session: session, content: database.content, report: report
      ).run()
      let digest = ImageReference(domain: name.domain, path: name.path, tag: nil, digest: outcome.digest)
      try await database.exclusively {
        // The image may have been removed meanwhile.
        try database.update { records in
          if records.images[image.id] != nil { records.assign(digest, to: image.id) }
        }
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
