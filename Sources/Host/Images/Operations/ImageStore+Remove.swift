import EngineModel

/// What a prune took away.
public struct ImagePruning: Sendable, Hashable {
  public var changes: [ImageChange] = []
  /// Bytes of layers that nothing needs any more.
  public var reclaimed: Int64 = 0
}

extension ImageStore {
  /// Removes an image, or a name of it, as `docker rmi` does.
  ///
  /// - Parameter users: the containers that were made from an image. It is called on another thread and must not wait.
  /// - Throws: `notFound`; `conflict` in Docker's words.
  public func remove(
    _ reference: String, isForced: Bool = false, users: @escaping @Sendable (Digest) -> [ImageUser]
  ) async throws -> [ImageChange] {
    let changes = try await catalogue.exclusively { [catalogue] in
      let removal = try catalogue.update { names in
        let removal = try ImageRemoval(reference, from: names, isForced: isForced, users: users)
        names = removal.names
        return removal
      }
      let layers = try removal.removed.map { try catalogue.removeContent(of: $0) } ?? []
      return removal.changes + layers.map { .deleted($0.chain) }
    }
    emptyTrash()
    return changes
  }

  /// Removes images that have no name, or with `all` those that no container uses.
  ///
  /// - Parameters:
  ///   - matching: further conditions.
  ///   - users: as for ``remove(_:isForced:users:)``.
  public func prune(
    all: Bool = false, matching: @escaping @Sendable (StoredImage) -> Bool = { _ in true },
    users: @escaping @Sendable (Digest) -> [ImageUser]
  ) async throws -> ImagePruning {
    let result = try await catalogue.exclusively { [catalogue] in
      var result = ImagePruning()
      let victims = try catalogue.update { names in
        let victims = names.images.values.filter { (all || $0.isDangling) && matching($0) && users($0.id).isEmpty }
          .sorted { $0.id.hex < $1.id.hex }
        for image in victims { names.remove(image.id) }
        return victims
      }
      for image in victims {
        result.changes += image.references.sorted { $0.description < $1.description }.map { .untagged($0.familiar) }
        result.changes.append(.deleted(image.id))
        for layer in try catalogue.removeContent(of: image) {
          result.changes.append(.deleted(layer.chain))
          result.reclaimed += layer.size
        }
      }
      return result
    }
    emptyTrash()
    return result
  }
}

extension ImageIndex {
  /// Removes what only this image, which has lost its place in the index, needed.
  ///
  /// - Returns: the layers that went, topmost first.
  func removeContent(of image: StoredImage) throws -> [StoredImage.Layer] {
    let removed = Set(try sweep(layers: image.layers.map(\.chain), blobs: image.blobs))
    return image.layers.reversed().filter { removed.contains($0.chain) }
  }
}
