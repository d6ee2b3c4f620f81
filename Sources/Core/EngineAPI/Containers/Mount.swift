extension Wire {
  /// `Mount`: a requested mount.
  package struct Mount: Codable, Sendable, Hashable {
    package var `Type`: String?
    package var Source: String?
    package var Target: String?
    package var ReadOnly: Bool?
    package var Consistency: String?
    package var BindOptions: Bind?
    package var VolumeOptions: Volume?
    package var ImageOptions: Image?
    package var TmpfsOptions: Tmpfs?
    package var ClusterOptions: Empty?

    package init() {}

    package struct Bind: Codable, Sendable, Hashable {
      package var Propagation: String?
      package var NonRecursive: Bool?
      package var CreateMountpoint: Bool?
      package var ReadOnlyNonRecursive: Bool?
      package var ReadOnlyForceRecursive: Bool?
      package init() {}
    }

    package struct Volume: Codable, Sendable, Hashable {
      package var NoCopy: Bool?
      package var Labels: [String: String]?
      package var Subpath: String?
      package var DriverConfig: Driver?
      package init() {}
    }

    package struct Driver: Codable, Sendable, Hashable {
      package var Name: String?
      package var Options: [String: String]?
      package init() {}
    }

    package struct Image: Codable, Sendable, Hashable {
      package var Subpath: String?
      package init() {}
    }

    package struct Tmpfs: Codable, Sendable, Hashable {
      package var SizeBytes: Int64?
      package var Mode: UInt32?
      package var Options: [[String]]?
      package init() {}
    }
  }

  /// `MountPoint`: an existing mount.
  package struct MountPoint: Codable, Sendable, Hashable {
    package var `Type`: String?
    package var Name: String?
    package var Source = ""
    package var Destination = ""
    package var Driver: String?
    package var Mode = ""
    package var RW = false
    package var Propagation = ""
    package init() {}
  }
}
