public import JSON

extension Wire {
  public struct Volume: Codable, Sendable, Hashable {
    public var CreatedAt = ""
    public var Driver = ""
    @Nullable public var Labels: [String: String]?
    public var Mountpoint = ""
    public var Name = ""
    @Nullable public var Options: [String: String]?
    public var Scope = "local"
    /// Only where disk usage was asked for.
    public var UsageData: VolumeUsage?
    public init() {}
  }

  public struct VolumeUsage: Codable, Sendable, Hashable {
    /// Containers that have it mounted, running or not.
    public var RefCount: Int64 = -1
    /// Bytes.
    public var Size: Int64 = -1
    public init() {}
  }

  public struct VolumeList: Codable, Sendable, Hashable {
    public var Volumes: [Volume] = []
    @Nullable public var Warnings: [String]?
    public init() {}
  }

  /// The body of `POST /volumes/create`.
  public struct VolumeCreateBody: Codable, Sendable, Hashable {
    public var Name = ""
    public var Driver = ""
    @Nullable public var DriverOpts: [String: String]?
    @Nullable public var Labels: [String: String]?
    public var ClusterVolumeSpec: Empty?
    public init() {}
  }

  public struct VolumesPruned: Codable, Sendable, Hashable {
    @Nullable public var VolumesDeleted: [String]?
    public var SpaceReclaimed: Int64 = 0
    public init() {}
  }
}
