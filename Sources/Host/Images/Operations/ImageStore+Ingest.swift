import EngineModel
import Kernel
import Logging

extension ImageStore {
  /// Stores one image and assigns it a reference.
  ///
  /// - Parameter prepare: runs on a dedicated thread after the content is leased.
  func ingest(
    _ contents: ImageIngester.Contents, _ reference: ImageReference?, from staging: StagingFolder? = nil,
    prepare: @escaping @Sendable () throws -> Void = {}
  ) async throws -> StoredImage {
    let database = database
    let digests = try contents.requiredContent()
    let lease = try await database.exclusively { database.lease(digests) }
    let result: Result<StoredImage, any Error>
    do {
      try await onDedicatedThread("image", prepare)
      let image = try await ingester.add(contents)
      try await ingester.synchronize()
      _ = try await self.record([(image, reference.map { [$0] } ?? [])]) { _ in }
      result = .success(try resolve(image.id.description))
    } catch {
      result = .failure(error)
    }
    // Keeps the staged files until here.
    withExtendedLifetime(staging) {}
    try await endLease(lease)
    return try result.get()
  }

  /// Unpacks an image's missing layers again from their stored archives.
  func restoreLayers(of image: StoredImage) async throws {
    let content = database.content
    let (configuration, manifest) = try await onDedicatedThread("restoring") {
      (try content.document(image.id), try content.document(image.manifest.digest))
    }
    logger.warning("unpacking missing layers again", metadata: ["image": "\(image.id)"])
    _ = try await ingest(
      ImageIngester.Contents(configuration: configuration, layers: content.layerFiles(of: image), manifest: manifest),
      nil)
  }
}

extension ContentStore {
  /// The stored archives of an image's layers, bottom first.
  func layerFiles(of image: StoredImage) -> [StagingFolder.File] {
    image.layers.map { StagingFolder.File(path: path($0.blob.digest), digest: $0.blob.digest, size: $0.blob.size) }
  }
}
