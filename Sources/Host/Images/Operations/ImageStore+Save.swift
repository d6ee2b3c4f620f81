import CArchive
package import EngineModel
import Glibc
package import Kernel

extension ImageStore {
  /// The images that ``save(_:to:)`` would write.
  ///
  /// - Throws: `notFound` for an unknown reference.
  package func imagesToSave(_ references: [String]) throws(EngineError) -> [StoredImage] {
    try SavePlan(references, from: database.records).images.map(\.image)
  }

  /// Writes images as `docker save` does: an OCI image layout with Docker's `manifest.json`. The same images give the
  /// same bytes.
  ///
  /// - Parameters:
  ///   - references: references or ids. A repository without a tag means all its tags; an image by id is saved without
  ///     a reference.
  ///   - descriptor: a file, pipe or socket open for writing, in blocking mode. It stays open.
  package func save(_ references: [String], to descriptor: OwnedDescriptor) async throws {
    let plan = try SavePlan(references, from: database.records)
    let digests = plan.images.reduce(into: Set<Digest>()) { $0.formUnion($1.image.blobs) }
    let database = database
    let lease = try await database.exclusively { database.lease(digests) }
    let result: Result<Void, any Error>
    do {
      try await onDedicatedThread("saving") {
        LibarchiveReader.useUTF8OnThisThread()
        try plan.write(from: database.content, to: descriptor)
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await endLease(lease)
    try result.get()
  }
}
