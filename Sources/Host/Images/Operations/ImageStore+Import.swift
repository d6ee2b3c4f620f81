import EngineModel
import Glibc
import Kernel

extension ImageStore {
  /// Makes a single-layer image from an archive of a root file system, compressed or not.
  ///
  /// - Parameters:
  ///   - name: `repository[:tag]`; `nil`: an image without a reference.
  ///   - changes: Dockerfile instructions: `CMD ["sh"]`.
  ///   - message: shown by `docker history`.
  ///   - architecture: `nil`: this host's.
  @discardableResult
  package func `import`(
    _ input: ArchiveInput, name: String? = nil, changes: [String] = [], message: String = "Imported from -",
    architecture: String? = nil, variant: String = ""
  ) async throws -> StoredImage {
    // Validate everything before reading the archive.
    let reference = try name.map { text in
      let reference = try ImageReference(text)
      guard reference.digest == nil else {
        throw EngineError(.invalidParameter, "cannot import digest reference")
      }
      return reference.withDefaultTag
    }
    var configuration = ImageConfiguration()
    try configuration.container.apply(changes: changes)
    configuration.architecture = architecture ?? Platform.architecture
    configuration.variant = variant
    configuration.created = Timestamp.now
    configuration.comment = message
    configuration.history = [ImageConfiguration.HistoryEntry(created: configuration.created, comment: message)]
    return try await importLayer(input, into: configuration, reference)
  }

  /// Unpacks the layer while the archive arrives; its digest and name are known at the end.
  private func importLayer(
    _ input: ArchiveInput, into configuration: ImageConfiguration, _ reference: ImageReference?
  ) async throws -> StoredImage {
    let (database, limits) = (database, limits)
    let (staging, file, unpacked) = try await input.withSource { source in
      let staging = try StagingFolder(in: database.content.ingestPath, limits: limits)
      let path = "\(staging.folder)/layer"
      let copy = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      let archive = DigestingSource(TeeSource(source, copyTo: copy))
      let unpacked = try database.layers.unpack(archive)
      let file = StagingFolder.File(path: path, digest: try archive.finish(), size: archive.count)
      return UncheckedSendable((staging, file, unpacked))
    }.value
    var configuration = configuration
    configuration.diffIDs = [unpacked.diffID]
    let contents = ImageIngester.Contents(configuration: try configuration.json(), layers: [file])
    return try await ingest(contents, reference, from: staging) {
      try database.layers.commit(unpacked, as: [unpacked.diffID])
      if database.content.size(file.digest) != file.size { try database.content.adopt(file.path, as: file.digest) }
    }
  }
}
