import EngineModel
import Kernel
import Logging

/// The result of loading an archive.
package struct LoadResult: Sendable, Hashable {
  /// The assigned references, or the ids of images without one: `busybox:latest`, `sha256:…`.
  package var loaded: [String] = []
}

extension ImageStore {
  /// Loads the images of an archive in the format of `docker save`, or of an OCI image layout; both compressed or not.
  ///
  /// - Parameter report: receives the lines that `docker load` prints ("Loaded image: busybox:latest"), on another
  ///   thread.
  /// - Throws: `invalidParameter` for a damaged or malicious archive; then the store keeps nothing of it.
  @discardableResult
  package func load(
    _ input: ArchiveInput, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> LoadResult {
    let (database, limits) = (database, limits)
    let (staging, plan) = try await input.withSource { source in
      let staging = try StagingFolder(in: database.content.ingestPath, limits: limits)
      try staging.extract(source)
      return UncheckedSendable((staging, try LoadPlan(staging)))
    }.value
    let images = plan.images
    let digests = try images.reduce(into: Set<Digest>()) { try $0.formUnion($1.contents.requiredContent()) }
    let lease = try await database.exclusively { database.lease(digests) }
    let result: Result<LoadResult, any Error>
    do {
      let ingester = ingester
      var stored: [StoredImage] = []
      for image in images { stored.append(try await ingester.add(image.contents)) }
      try await ingester.synchronize()
      result = .success(try await record(Array(zip(stored, images.map(\.references))), report))
    } catch {
      result = .failure(error)
    }
    withExtendedLifetime(staging) {}
    try await endLease(lease)
    return try result.get()
  }

  /// Records images with their references.
  func record(
    _ images: [(StoredImage, [ImageReference])], _ report: @escaping @Sendable (String) -> Void
  ) async throws -> LoadResult {
    try await database.exclusively { [database] in
      var result = LoadResult()
      var lines: [String] = []
      try database.update { records in
        for (image, references) in images {
          records.add(image)
          for reference in references {
            if let before = records.assign(reference, to: image.id) {
              lines.append(
                "The image \(reference.familiar) already exists, renaming the old one with ID \(before) to empty string"
              )
            }
            lines.append("Loaded image: \(reference.familiar)")
            result.loaded.append(reference.familiar)
          }
          if references.isEmpty {
            lines.append("Loaded image ID: \(image.id)")
            result.loaded.append(image.id.description)
          }
        }
      }
      lines.forEach(report)
      return result
    }
  }

  func endLease(_ lease: UInt64) async throws {
    let database = database
    try await database.exclusively { try database.endLease(lease) }
    emptyTrash()
  }

  /// Removes the files of removed layers in the background.
  func emptyTrash() {
    Task { [removal, layers = database.layers, logger] in
      do {
        try await removal.run { try layers.emptyTrash() }
      } catch {
        logger.warning("removed layers are still on the disk", metadata: ["error": "\(error)"])
      }
    }
  }
}
