import EngineModel
import Glibc
import Kernel

extension ImageStore {
  /// Makes an image of one layer out of an archive of a root file system, plain or compressed.
  ///
  /// - Parameters:
  ///   - name: `repository[:tag]`; `nil`: an image without a name.
  ///   - changes: instructions as in a Dockerfile: `CMD ["sh"]`.
  ///   - message: shown by `history`.
  ///   - architecture: `nil`: this host's.
  @discardableResult
  public func `import`(
    _ input: ArchiveInput, name: String? = nil, changes: [String] = [], message: String = "Imported from -",
    architecture: String? = nil, variant: String = ""
  ) async throws -> StoredImage {
    // What can be refused is refused before the archive is read.
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
    configuration.created = .now()
    configuration.comment = message
    configuration.history = [ImageConfiguration.Step(created: configuration.created, comment: message)]
    return try await importLayer(input, into: configuration, reference)
  }

  /// The layer is unpacked while it comes in, and put beneath its name once its digest is known.
  private func importLayer(
    _ input: ArchiveInput, into configuration: ImageConfiguration, _ reference: ImageReference?
  ) async throws -> StoredImage {
    let (catalogue, limits) = (catalogue, limits)
    let (spool, file, unpacked) = try await input.withSource { source in
      let spool = try ArchiveSpool(in: catalogue.content.ingestPath, limits: limits)
      let path = "\(spool.folder)/layer"
      let copy = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      let archive = DigestingSource(CopyingSource(source, copyTo: copy))
      let unpacked = try catalogue.layers.unpack(archive)
      let file = ArchiveSpool.File(path: path, digest: try archive.finish(), size: archive.count)
      return Handover((spool, file, unpacked))
    }.value
    var configuration = configuration
    configuration.layers = [unpacked.digest]
    let parts = ImageImporter.Parts(configuration: try configuration.json(), layers: [file])
    return try await take(parts, reference, from: spool) {
      try catalogue.layers.keep(unpacked, as: [unpacked.digest])
      if catalogue.content.size(file.digest) != file.size { try catalogue.content.adopt(file.path, as: file.digest) }
    }
  }
}
