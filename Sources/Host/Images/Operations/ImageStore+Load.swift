import EngineModel
import Kernel
import Logging

/// What came of loading an archive.
public struct LoadResult: Sendable, Hashable {
  /// Names given, or ids of images without a name: `busybox:latest`, `sha256:…`.
  public var loaded: [String] = []
}

extension ImageStore {
  /// Takes in the images of an archive as `docker save` writes it, or of an OCI image layout in an archive; both
  /// plain or compressed.
  ///
  /// - Parameter report: is told, from another thread, the lines that `docker load` prints: "Loaded image:
  ///   busybox:latest".
  /// - Throws: `invalidParameter` for a damaged or hostile archive; then nothing of it is kept.
  @discardableResult
  public func load(
    _ input: ArchiveInput, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> LoadResult {
    let (catalogue, limits) = (catalogue, limits)
    let (spool, plan) = try await input.withSource { source in
      let spool = try ArchiveSpool(in: catalogue.content.ingestPath, limits: limits)
      try spool.read(source)
      return Handover((spool, try LoadPlan(spool)))
    }.value
    let images = plan.images
    let needs = try images.reduce(into: Set<Digest>()) { try $0.formUnion($1.parts.needs()) }
    let lease = try await catalogue.exclusively { catalogue.lease(needs) }
    let result: Result<LoadResult, any Error>
    do {
      let intake = intake
      var stored: [StoredImage] = []
      for image in images { stored.append(try await intake.add(image.parts)) }
      try await intake.synchronize()
      result = .success(try await name(Array(zip(stored, images.map(\.references))), report))
    } catch {
      result = .failure(error)
    }
    withExtendedLifetime(spool) {}
    try await endLease(lease)
    return try result.get()
  }

  /// Enters images into the index with their names.
  func name(
    _ images: [(StoredImage, [ImageReference])], _ report: @escaping @Sendable (String) -> Void
  ) async throws -> LoadResult {
    try await catalogue.exclusively { [catalogue] in
      var result = LoadResult()
      var lines: [String] = []
      try catalogue.update { names in
        for (image, references) in images {
          names.add(image)
          for reference in references {
            if let before = names.name(image.id, reference) {
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
    let catalogue = catalogue
    try await catalogue.exclusively { try catalogue.endLease(lease) }
    emptyTrash()
  }

  /// Removes files of layers that have lost their names, on a thread of its own; nobody waits for it.
  func emptyTrash() {
    Task { [removal, layers = catalogue.layers, logger] in
      do {
        try await removal.run { try layers.emptyTrash() }
      } catch {
        logger.warning("removed layers are still on the disk", metadata: ["error": "\(error)"])
      }
    }
  }
}

/// Gives what one thread made to another. The maker keeps nothing of it, which the compiler cannot see.
struct Handover<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
