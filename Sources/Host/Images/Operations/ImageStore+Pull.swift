import Coordination
package import EngineModel
import Kernel

/// The result of a pull.
package struct PullResult: Sendable, Hashable {
  /// The digest of the document behind the reference: "Digest: sha256:…".
  package var digest: Digest
  /// The reference meant another image before, or none.
  package var isNew: Bool
  package var image: Digest
}

extension ImageStore {
  /// Resolves an image in its registry; see ``pull(_:report:)``.
  ///
  /// - Parameter platform: `nil`: this host's.
  /// - Throws: `unavailable` if skopeo is not installed; `notFound` in Docker's words; network errors.
  package func beginPull(
    _ reference: ImageReference, platform: RequestedPlatform? = nil, login: RegistryLogin = RegistryLogin()
  ) async throws -> ImagePull {
    let session = try await registrySession(reference.domain, login)
    return try await ImagePull.resolve(reference.withDefaultTag, for: platform, session, database.content)
  }

  /// The tags of a repository in its registry.
  package func remoteTags(of repository: ImageReference, login: RegistryLogin = RegistryLogin()) async throws
    -> [String]
  {
    try await registrySession(repository.domain, login).tags(of: repository)
  }

  func registrySession(_ domain: String, _ login: RegistryLogin) async throws -> RegistrySession {
    let (folder, settings) = (registryFolder, registries)
    return try await onDedicatedThread("registry") {
      try RegistrySession(in: folder, domain: domain, settings: settings, login: login)
    }
  }

  /// Downloads and unpacks the missing content of an image, and records it. If it fails or is cancelled, the store
  /// keeps nothing of it.
  package func pull(_ pull: ImagePull, report: @escaping TransferEventHandler) async throws -> PullResult {
    let database = database
    report(
      TransferEvent("Pulling from \(pull.reference.path)", pull.reference.digest?.description ?? pull.reference.tag))
    let blobLease = try await database.exclusively { database.lease(pull.requiredContent(nil)) }
    var leases = [blobLease]
    let result: Result<PullResult, any Error>
    do {
      let configuration = try await self.configuration(of: pull)
      leases.append(
        try await database.exclusively {
          database.lease(pull.requiredContent(try ImageConfiguration(json: configuration)))
        })
      result = .success(try await downloadAndRecord(pull, configuration, report))
    } catch {
      result = .failure(Task.isCancelled ? CancellationError() : error)
    }
    // Also after a cancellation.
    for lease in leases { try await endLease(lease) }
    return try result.get()
  }

  private func configuration(of pull: ImagePull) async throws -> [UInt8] {
    let (content, limits) = (database.content, limits)
    let blob = pull.manifest.config
    guard blob.size <= limits.documentBytes else {
      throw EngineError(.invalidParameter, "the image's configuration is larger than \(limits.documentBytes) bytes")
    }
    return try await blobLocks.withLock(blob.digest) {
      if content.size(blob.digest) != blob.size {
        let staging = UncheckedSendable(try StagingFolder(in: content.ingestPath, limits: limits))
        let path = "\(staging.value.folder)/configuration"
        try await SkopeoImageProxy.with(pull.session, pull.exact) { try await $0.fetch(blob, of: $1, to: path) }
        try content.adopt(path, as: blob.digest)
        withExtendedLifetime(staging) {}
      }
      return try await onDedicatedThread("configuration") { try content.document(blob.digest) }
    }
  }

  /// - Precondition: the image's content is leased.
  private func downloadAndRecord(_ pull: ImagePull, _ document: [UInt8], _ report: @escaping TransferEventHandler)
    async throws
    -> PullResult
  {
    let database = database
    let configuration = try ImageConfiguration(json: document)
    guard configuration.diffIDs.count == pull.manifest.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.diffIDs.count), got \(pull.manifest.layers.count)"
      )
    }
    let total = pull.manifest.layers.reduce(0.0) { $0 + Double($1.size) }
    guard pull.manifest.layers.allSatisfy({ $0.size >= 0 }), total <= Double(limits.bytes) else {
      throw EngineError(.invalidParameter, "the image is larger than \(limits.bytes) bytes")
    }
    guard configuration.operatingSystem == "linux" else {
      throw EngineError(
        .invalidParameter,
        "image operating system \"\(configuration.operatingSystem)\" cannot be used on this platform")
    }
    let known = database.records.images[pull.manifest.config.digest]
    // As in Docker: no lines for each layer if the image is already complete.
    if known?.layers.allSatisfy({ database.layers.contains($0.chainID) }) != true {
      try await LayerPuller(
        pull: pull, configuration: configuration, database: database, unpackLimiter: unpackLimiter,
        settings: registries,
        report: report
      ).run()
    }
    try Task.checkCancellation()
    let (isNew, id) = try await database.exclusively { () throws -> (Bool, Digest) in
      let image: StoredImage
      if let known, database.records.images[known.id] != nil {
        image = known
      } else {
        let digest = try database.content.add(pull.document.bytes)
        try ImageIngester.synchronize(database)
        image = try database.image(
          manifest: OCIDescriptor(
            mediaType: pull.document.mediaType, digest: digest, size: Int64(pull.document.bytes.count)))
      }
      return try database.update { records in
        records.add(image)
        // Whether the image already had each reference.
        let before = pull.references.map { records.references[$0] == image.id }
        for reference in pull.references { records.assign(reference, to: image.id) }
        return (before.contains(false), image.id)
      }
    }
    if let platform = pull.platform, !platform.matches(configuration) {
      let found = RequestedPlatform(
        operatingSystem: configuration.operatingSystem, architecture: configuration.architecture,
        variant: configuration.variant)
      report(
        TransferEvent(
          "WARNING: image with reference \(pull.reference.familiar) was found but its platform (\(found)) does not match "
            + "the specified platform (\(platform))"))
    }
    report(TransferEvent("Digest: \(pull.digest)"))
    return PullResult(digest: pull.digest, isNew: isNew, image: id)
  }
}
