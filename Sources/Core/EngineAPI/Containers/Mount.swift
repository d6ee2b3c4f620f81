extension Wire {
  /// `Mount`: a requested mount.
  public struct Mount: Codable, Sendable, Hashable {
    public var `Type`: String?
    public var Source: String?
    public var Target: String?
    public var ReadOnly: Bool?
    public var Consistency: String?
    public var BindOptions: Bind?
    public var VolumeOptions: Volume?
    public var ImageOptions: Image?
    public var TmpfsOptions: Tmpfs?
    public var ClusterOptions: Empty?

    public init() {}

    public struct Bind: Codable, Sendable, Hashable {
      public var Propagation: String?
      public var NonRecursive: Bool?
      public var CreateMountpoint: Bool?
      public var ReadOnlyNonRecursive: Bool?
      public var ReadOnlyForceRecursive: Bool?
      public init() {}
    }

    public struct Volume: Codable, Sendable, Hashable {
      public var NoCopy: Bool?
      public var Labels: [String: String]?
      public var Subpath: String?
      public var DriverConfig: Driver?
      public init() {}
    }

    public struct Driver: Codable, Sendable, Hashable {
      public var Name: String?
      public var Options: [String: String]?
      public init() {}
    }

    public struct Image: Codable, Sendable, Hashable {
      public var Subpath: String?
      public init() {}
    }

    public struct Tmpfs: Codable, Sendable, Hashable {
      public var SizeBytes: Int64?
      public var Mode: UInt32?
      public var Options: [[String]]?
      public init() {}
    }
  }

  /// `MountPoint`: an existing mount.
  public struct MountPoint: Codable, Sendable, Hashable {
    public var `Type`: String?
    public var Name: String?
    public var Source = ""
    public var Destination = ""
    public var Driver: String?
    public var Mode = ""
    public var RW = false
    public var Propagation = ""
    public init() {}
  }
}
