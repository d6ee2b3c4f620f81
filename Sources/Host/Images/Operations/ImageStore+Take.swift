import EngineModel
import Kernel
import Logging

extension ImageStore {
  /// Takes one image into the store under a name.
  func take(
    _ parts: ImageImporter.Parts, _ reference: ImageReference?, from spool: ArchiveSpool? = nil,
    first: @escaping @Sendable () throws -> Void = {}
  ) async throws -> StoredImage {
    let catalogue = catalogue
    let needs = try parts.needs()
    let lease = try await catalogue.exclusively { catalogue.lease(needs) }
    let result: Result<StoredImage, any Error>
    do {
      try await onDedicatedThread("image", first)
      let image = try await intake.add(parts)
      try await intake.synchronize()
      _ = try await self.name([(image, reference.map { [$0] } ?? [])]) { _ in }
      result = .success(try resolve(image.id.description))
    } catch {
      result = .failure(error)
    }
    // Its folder goes with it.
    withExtendedLifetime(spool) {}
    try await endLease(lease)
    return try result.get()
  }

  /// Unpacks again what of an image's layers is missing, from the archives as they came.
  func restoreLayers(of image: StoredImage) async throws {
    let content = catalogue.content
    let (configuration, manifest) = try await onDedicatedThread("restoring") {
      (try content.document(image.id), try content.document(image.manifest.digest))
    }
    logger.warning("unpacking missing layers again", metadata: ["image": "\(image.id)"])
    _ = try await take(
      ImageImporter.Parts(configuration: configuration, layers: content.files(of: image), manifest: manifest), nil)
  }
}

extension ContentStore {
  /// The archives of an image's layers as they came, bottom first.
  func files(of image: StoredImage) -> [ArchiveSpool.File] {
    image.layers.map { ArchiveSpool.File(path: path($0.blob.digest), digest: $0.blob.digest, size: $0.blob.size) }
  }
}
