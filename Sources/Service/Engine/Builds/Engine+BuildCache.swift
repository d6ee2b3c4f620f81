import EngineModel
public import Images

extension Engine {
  /// Removes what is kept for later builds, if no build is under way.
  ///
  /// Filters: `until`, and `unused-for`, which is another name of it.
  ///
  /// - Parameter kept: bytes that the cache may have; zero: none.
  public func pruneBuildCache(_ filters: Filters = Filters(), keeping kept: Int64 = 0) async throws -> [BuildCacheLayer]
  {
    try filters.check(allowed: ["until", "unused-for", "label", "label!"])
    // What is kept has no labels: none of it fits.
    guard filters["label"] == nil else { return [] }
    let layers = try await imageStore().pruneBuildCache(until: try filters.until(now: .now), keeping: kept)
    emitPrune(.builder, reclaimed: layers.reduce(0) { $0 + $1.size })
    return layers
  }
}
