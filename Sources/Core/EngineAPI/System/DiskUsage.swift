package import JSON

extension Wire {
  /// The answer of `GET /system/df` before version 1.53. Object types that the request leaves out are `null`.
  package struct LegacyDiskUsage: Codable, Sendable, Hashable {
    package var LayersSize: Int64 = 0
    @Nullable package var Images: [ImageSummary]?
    @Nullable package var Containers: [ContainerSummary]?
    @Nullable package var Volumes: [Volume]?
    @Nullable package var BuildCache: [BuildCacheRecord]?
    /// Only before version 1.42.
    package var BuilderSize: Int64?
    package init() {}
  }

  /// The answer of `GET /system/df` since version 1.52. Object types that the request leaves out are absent.
  package struct DiskUsage: Codable, Sendable, Hashable {
    package var ImageUsage: ObjectUsage<ImageSummary>?
    package var ContainerUsage: ObjectUsage<ContainerSummary>?
    package var VolumeUsage: ObjectUsage<Volume>?
    package var BuildCacheUsage: ObjectUsage<BuildCacheRecord>?
    package init() {}
  }

  /// `ImagesDiskUsage` and its kind. Sizes are in bytes.
  package struct ObjectUsage<Item: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    package var ActiveCount = 0
    package var TotalCount = 0
    package var Reclaimable: Int64 = 0
    package var TotalSize: Int64 = 0
    /// Only with `verbose`.
    package var Items: [Item]?
    package init() {}
  }

  /// `BuildCache`: an entry of the build cache.
  package struct BuildCacheRecord: Codable, Sendable, Hashable {
    package var ID = ""
    package var Parents: [String]?
    package var `Type` = "regular"
    package var Description = "a step of a build"
    package var InUse = false
    package var Shared = false
    package var Size: Int64 = 0
    package var CreatedAt: String?
    @Nullable package var LastUsedAt: String?
    package var UsageCount = 0
    package init() {}
  }

  /// The answer of `POST /build/prune`.
  package struct BuildPruned: Codable, Sendable, Hashable {
    @Nullable package var CachesDeleted: [String]?
    package var SpaceReclaimed: Int64 = 0
    package init() {}
  }
}
