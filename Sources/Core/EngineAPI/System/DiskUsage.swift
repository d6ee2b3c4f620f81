public import JSON

extension Wire {
  /// The answer of `GET /system/df`. Object types that the request leaves out are `null`.
  public struct DiskUsage: Codable, Sendable, Hashable {
    public var LayersSize: Int64 = 0
    @Nullable public var Images: [ImageSummary]?
    @Nullable public var Containers: [ContainerSummary]?
    @Nullable public var Volumes: [Volume]?
    @Nullable public var BuildCache: [BuildCacheRecord]?
    /// Only before version 1.42.
    public var BuilderSize: Int64?
    public init() {}
  }

  /// `BuildCache`: an entry of the build cache.
  public struct BuildCacheRecord: Codable, Sendable, Hashable {
    public var ID = ""
    public var Parents: [String]?
    public var `Type` = "regular"
    public var Description = "a step of a build"
    public var InUse = false
    public var Shared = false
    public var Size: Int64 = 0
    public var CreatedAt: String?
    @Nullable public var LastUsedAt: String?
    public var UsageCount = 0
    public init() {}
  }

  /// The answer of `POST /build/prune`.
  public struct BuildPruned: Codable, Sendable, Hashable {
    @Nullable public var CachesDeleted: [String]?
    public var SpaceReclaimed: Int64 = 0
    public init() {}
  }
}
