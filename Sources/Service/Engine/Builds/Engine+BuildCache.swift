package import EngineModel
import Images
import Kernel

extension Engine {
  /// Removes cached layers, unless a build is under way.
  ///
  /// Filters: `until`, and its synonym `unused-for`.
  ///
  /// - Parameter bytesToKeep: bytes that may stay in the cache; zero: none.
  package func pruneBuildCache(_ filters: Filters = Filters(), keeping bytesToKeep: Int64 = 0) async throws
    -> [BuildCacheLayer]
  {
    try filters.check(allowed: ["until", "unused-for", "label", "label!"])
    // Cached layers have no labels, so none matches.
    guard filters["label"] == nil else { return [] }
    let layers = try await imageStore().pruneBuildCache(until: try filters.until(now: .now), keeping: bytesToKeep)
    emitPrune(.builder, reclaimed: layers.reduce(0) { $0 + $1.size })
    return layers
  }
}
