public import EngineModel
import FoundationEssentials
import Glibc
import Kernel

/// A layer that is kept for later builds.
public struct BuildCacheLayer: Sendable, Hashable {
  public var id: String
  public var parent: String
  public var created: Timestamp?
  /// Bytes of its files.
  public var size: Int64
}

extension ImageBuilder {
  /// The layers of buildah's storage, as its own list has them (containers/storage: `layers.json`).
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
      let list = try CanonicalJSON.decode([Entry].self, try SafeFile.read(path, limit: 64 << 20), "list of layers")
      layers += list.map { entry in
        BuildCacheLayer(
          id: entry.id, parent: entry.parent ?? "", created: entry.created.flatMap { Timestamp(rfc3339: $0) },
          size: max(0, entry.size ?? 0))
      }
    }
    return layers
  }

  /// Takes the whole storage away. What stands on what there is known to buildah alone, and a part of a cache is not
  /// worth the asking.
  ///
  /// - Parameters:
  ///   - until: what was changed since is kept, and with it all.
  ///   - kept: bytes that the cache may have.
  /// - Returns: what went; nothing while a build is under way, which stands on it.
  func prune(until: Timestamp?, keeping kept: Int64) throws -> [BuildCacheLayer] {
    let storage = Buildah.storage(below: root)
    guard running == 0, tidying == nil, access(storage, F_OK) == 0 else { return [] }
    let layers = try cachedLayers()
    guard layers.reduce(0, { $0 + $1.size }) > kept || kept == 0 else { return [] }
    if let until, layers.contains(where: { $0.created.map { until < $0 } ?? true }) { return [] }
    let trash = "\(root)/work/\(ContainerID.random().short)"
    try makeDirectories("\(root)/work", mode: 0o700)
    try checked("rename", storage) { rename(storage, trash) }
    Task { try await onDedicatedThread("build cache") { try TreeRemoval.remove(path: trash) } }
    return layers
  }
}

extension ImageStore {
  /// What is kept for later builds.
  public func buildCache() async throws -> [BuildCacheLayer] {
    let builder = builder
    return try await onDedicatedThread("build cache") { try builder.cachedLayers() }
  }

  /// Removes what is kept for later builds, if no build is under way.
  ///
  /// - Parameters:
  ///   - until: only if nothing of it was made since.
  ///   - kept: only if it has more than so many bytes; zero: in any case.
  public func pruneBuildCache(until: Timestamp? = nil, keeping kept: Int64 = 0) async throws -> [BuildCacheLayer] {
    try await builder.prune(until: until, keeping: kept)
  }
}
