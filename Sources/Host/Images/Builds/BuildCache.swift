package import EngineModel
import Glibc
import Kernel

extension ImageBuilder {
  /// The layers in buildah's storage, read from its own index (containers/storage: `layers.json`).
  nonisolated func cachedLayers() throws -> [BuildCacheLayer] {
    struct Entry: Decodable {
      var id: String
      var parent: String?
      var created: String?
      var size: Int64?

      enum CodingKeys: String, CodingKey {
        case id, parent, created
        case size = "diff-size"
      }
    }
    var layers: [BuildCacheLayer] = []
    for driver in Buildah.drivers {
      let path = "\(Buildah.storage(below: root))/\(driver)-layers/layers.json"
      guard access(path, F_OK) == 0 else { continue }
      let list = try CanonicalJSON.decode([Entry].self, try AtomicFile.read(path, limit: 64 << 20), "list of layers")
      layers += list.map { entry in
        BuildCacheLayer(
          id: entry.id, parent: entry.parent ?? "", created: entry.created.flatMap { Timestamp(rfc3339: $0) },
          size: max(0, entry.size ?? 0))
      }
    }
    return layers
  }

  /// Removes buildah's whole storage. Only buildah knows which layer depends on which, and it has no cheap way to
  /// remove a part.
  ///
  /// - Parameters:
  ///   - until: removes nothing if the cache changed after this time.
  ///   - bytesToKeep: removes nothing if the cache is at most this large, in bytes.
  /// - Returns: the removed layers; none while a build runs, because the build uses the storage.
  func prune(until: Timestamp?, keeping bytesToKeep: Int64) throws -> [BuildCacheLayer] {
    let storage = Buildah.storage(below: root)
    guard runningBuilds == 0, cleanup == nil, access(storage, F_OK) == 0 else { return [] }
    let layers = try cachedLayers()
    guard layers.reduce(0, { $0 + $1.size }) > bytesToKeep || bytesToKeep == 0 else { return [] }
    if let until, layers.contains(where: { $0.created.map { until < $0 } ?? true }) { return [] }
    let trash = "\(root)/work/\(ContainerID.random().short)"
    try makeDirectories("\(root)/work", mode: 0o700)
    try checked("rename", storage) { rename(storage, trash) }
    Task { try await onDedicatedThread("build cache") { try TreeRemoval.remove(path: trash) } }
    return layers
  }
}

extension ImageStore {
  /// The layers in the build cache.
  package func buildCache() async throws -> [BuildCacheLayer] {
    let builder = builder
    return try await onDedicatedThread("build cache") { try builder.cachedLayers() }
  }

  /// Removes the build cache if no build runs.
  ///
  /// - Parameters:
  ///   - until: removes nothing if a layer is newer.
  ///   - bytesToKeep: removes nothing if the cache is at most this large, in bytes; zero: no such limit.
  package func pruneBuildCache(until: Timestamp? = nil, keeping bytesToKeep: Int64 = 0) async throws
    -> [BuildCacheLayer]
  {
    try await builder.prune(until: until, keeping: bytesToKeep)
  }
}
