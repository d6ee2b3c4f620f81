import Coordination
import EngineModel
import Kernel

/// What came of a pull.
public struct PullResult: Sendable, Hashable {
  /// Of what the name led to: "Digest: sha256:…".
  public var digest: Digest
  /// The name did not mean this image before.
  public var isNew: Bool
  /// The image's id.
  public var image: Digest
}

extension ImageStore {
  /// Asks a registry for an image; see ``pull(_:report:)``.
  ///
  /// - Parameters:
  ///   - platform: `nil`: this host's.
  ///   - login: who asks.
  /// - Throws: `unavailable` when skopeo is not installed; `notFound` in Docker's words; what the network says.
  public func beginPull(
    _ reference: ImageReference, platform: RequestedPlatform? = nil, login: RegistryLogin = RegistryLogin()
  ) async throws -> ImagePull {
    let session = try await registrySession(reference.domain, login)
    return try await ImagePull.begin(reference.withDefaultTag, for: platform, session, catalogue.content)
  }

  /// The tags of a repository in its registry.
  public func remoteTags(of repository: ImageReference, login: RegistryLogin = RegistryLogin()) async throws -> [String]
  {
    try await registrySession(repository.domain, login).tags(of: repository)
  }

  func registrySession(_ domain: String, _ login: RegistryLogin) async throws -> RegistrySession {
    let (folder, settings) = (registryFolder, registries)
    return try await onDedicatedThread("registry") {
      try RegistrySession(in: folder, domain: domain, settings: settings, login: login)
    }
  }

  /// Fetches what is missing of an image, unpacks it, and names it. When it is cancelled or fails, nothing of it stays.
  public func pull(_ pull: ImagePull, report: @escaping TransferReport) async throws -> PullResult {
    let catalogue = catalogue
    report(
      TransferEvent("Pulling from \(pull.reference.path)", pull.reference.digest?.description ?? pull.reference.tag))
    let blobLease = try await catalogue.exclusively { catalogue.lease(pull.needs(nil)) }
    var leases = [blobLease]
    let result: Result<PullResult, any Error>
    do {
      let configuration = try await self.configuration(of: pull)
      leases.append(
        try await catalogue.exclusively { catalogue.lease(pull.needs(try ImageConfiguration(json: configuration))) })
      result = .success(try await fetch(pull, configuration, report))
    } catch {
      result = .failure(Task.isCancelled ? CancellationError() : error)
    }
    // Whether or not anybody still waits for it.
    for lease in leases { try await endLease(lease) }
    return try result.get()
  }

  private func configuration(of pull: ImagePull) async throws -> [UInt8] {
    let (content, limits) = (catalogue.content, limits)
    let blob = pull.parts.config
    guard blob.size <= limits.documentBytes else {
      throw EngineError(.invalidParameter, "the image's configuration is larger than \(limits.documentBytes) bytes")
    }
    return try await transfers.withLock(blob.digest) {
      if content.size(blob.digest) != blob.size {
        let spool = Handover(try ArchiveSpool(in: content.ingestPath, limits: limits))
        let path = "\(spool.value.folder)/configuration"
        try await BlobProxy.with(pull.session, pull.exact) { try await $0.fetch(blob, of: $1, to: path) }
        try content.adopt(path, as: blob.digest)
        withExtendedLifetime(spool) {}
      }
      return try await onDedicatedThread("configuration") { try content.document(blob.digest) }
    }
  }

  /// - Precondition: all that the image needs is leased.
  private func fetch(_ pull: ImagePull, _ document: [UInt8], _ report: @escaping TransferReport) async throws
    -> PullResult
  {
    let catalogue = catalogue
    let configuration = try ImageConfiguration(json: document)
    guard configuration.layers.count == pull.parts.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.layers.count), got \(pull.parts.layers.count)"
      )
    }
    let total = pull.parts.layers.reduce(0.0) { $0 + Double($1.size) }
    guard pull.parts.layers.allSatisfy({ $0.size >= 0 }), total <= Double(limits.bytes) else {
      throw EngineError(.invalidParameter, "the image is larger than \(limits.bytes) bytes")
    }
    guard configuration.operatingSystem == "linux" else {
      throw EngineError(
        .invalidParameter,
        "image operating system \"\(configuration.operatingSystem)\" cannot be used on this platform")
    }
    let known = catalogue.names.images[pull.parts.config.digest]
    // Of an image that is here nothing is told layer by layer, as by Docker.
    if known?.layers.allSatisfy({ catalogue.layers.contains($0.chain) }) != true {
      try await LayerArrivals(
        pull: pull, configuration: configuration, catalogue: catalogue, pace: pace, settings: registries,
        report: report
      ).run()
    }
    try Task.checkCancellation()
    let (isNew, id) = try await catalogue.exclusively { () throws -> (Bool, Digest) in
      let image: StoredImage
      if let known, catalogue.names.images[known.id] != nil {
        image = known
      } else {
        let digest = try catalogue.content.add(pull.manifest.bytes)
        try ImageImporter.synchronize(catalogue)
        image = try catalogue.image(
          manifest: OCIDescriptor(
            mediaType: pull.manifest.mediaType, digest: digest, size: Int64(pull.manifest.bytes.count)))
      }
      return try catalogue.update { names in
        names.add(image)
        // Whether the names were the image's before.
        let before = pull.names.map { names.references[$0] == image.id }
        for name in pull.names { names.name(image.id, name) }
        return (before.contains(false), image.id)
      }
    }
    if let platform = pull.platform, !platform.fits(configuration) {
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
