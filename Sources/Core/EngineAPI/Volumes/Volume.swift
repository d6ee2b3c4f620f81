package import JSON

extension Wire {
  package struct Volume: Codable, Sendable, Hashable {
    package var CreatedAt = ""
    package var Driver = ""
    @Nullable package var Labels: [String: String]?
    package var Mountpoint = ""
    package var Name = ""
    @Nullable package var Options: [String: String]?
    package var Scope = "local"
    /// Only where disk usage was asked for.
    package var UsageData: VolumeUsage?
    package init() {}
  }

  package struct VolumeUsage: Codable, Sendable, Hashable {
    /// Containers that have it mounted, running or not.
    package var RefCount: Int64 = -1
    /// Bytes.
    package var Size: Int64 = -1
    package init() {}
  }

  package struct VolumeList: Codable, Sendable, Hashable {
    package var Volumes: [Volume] = []
    @Nullable package var Warnings: [String]?
    package init() {}
  }

  /// The body of `POST /volumes/create`.
  package struct VolumeCreateBody: Codable, Sendable, Hashable {
    package var Name = ""
    package var Driver = ""
    @Nullable package var DriverOpts: [String: String]?
    @Nullable package var Labels: [String: String]?
    package var ClusterVolumeSpec: Empty?
    package init() {}
  }

  package struct VolumesPruned: Codable, Sendable, Hashable {
    @Nullable package var VolumesDeleted: [String]?
    package var SpaceReclaimed: Int64 = 0
    package init() {}
  }
}
