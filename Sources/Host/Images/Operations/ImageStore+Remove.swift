package import EngineModel

/// The result of a prune.
package struct ImagePruneResult: Sendable, Hashable {
  package var effects: [ImageRemovalEffect] = []
  /// Bytes of the removed layers.
  package var reclaimed: Int64 = 0
}

extension ImageStore {
  /// Removes an image or one of its references, as `docker rmi` does.
  ///
  /// - Parameter users: returns the containers that use an image. It is called on another thread and must not block.
  /// - Throws: `notFound`; `conflict` in Docker's words.
  package func remove(
    _ reference: String, isForced: Bool = false, users: @escaping @Sendable (Digest) -> [DependentContainer]
  ) async throws -> [ImageRemovalEffect] {
    let effects = try await database.exclusively { [database] in
      let removal = try database.update { records in
        let removal = try ImageRemovalPlan(reference, from: records, isForced: isForced, users: users)
        records = removal.records
        return removal
      }
      let layers = try removal.removed.map { try database.removeContent(of: $0) } ?? []
      return removal.effects + layers.map { .deleted($0.chainID) }
    }
    emptyTrash()
    return effects
  }

  /// Removes images without a reference, or with `all` every image that no container uses.
  ///
  /// - Parameters:
  ///   - matching: further conditions.
  ///   - users: as for ``remove(_:isForced:users:)``.
  package func prune(
    all: Bool = false, matching: @escaping @Sendable (StoredImage) -> Bool = { _ in true },
    users: @escaping @Sendable (Digest) -> [DependentContainer]
  ) async throws -> ImagePruneResult {
    let result = try await database.exclusively { [database] in
      var result = ImagePruneResult()
      let removed = try database.update { records in
        let removed = records.images.values.filter { (all || $0.isDangling) && matching($0) && users($0.id).isEmpty }
          .sorted { $0.id.hex < $1.id.hex }
        for image in removed { records.remove(image.id) }
        return removed
      }
      for image in removed {
        result.effects += image.references.sorted { $0.description < $1.description }.map { .untagged($0.familiar) }
        result.effects.append(.deleted(image.id))
        for layer in try database.removeContent(of: image) {
          result.effects.append(.deleted(layer.chainID))
          result.reclaimed += layer.size
        }
      }
      return result
    }
    emptyTrash()
    return result
  }
}

extension ImageDatabase {
  /// Removes the content that only this image needed. The records must not contain the image any more.
  ///
  /// - Returns: the removed layers, topmost first.
  func removeContent(of image: StoredImage) throws -> [StoredImage.Layer] {
    let removedIDs = Set(try sweep(layers: image.layers.map(\.chainID), blobs: image.blobs))
    return image.layers.reversed().filter { removedIDs.contains($0.chainID) }
  }
}
