public import JSON

extension Wire {
  /// `HostConfig`: the half of a container's description that concerns the host.
  public struct HostConfig: Codable, Sendable, Hashable {
    @Nullable public var Binds: [String]?
    public var ContainerIDFile = ""
    public var LogConfig = Wire.LogConfig()
    public var NetworkMode = ""
    @Nullable public var PortBindings: [String: [PortBinding]]?
    public var RestartPolicy = Wire.RestartPolicy()
    public var AutoRemove = false
    public var VolumeDriver = ""
    @Nullable public var VolumesFrom: [String]?
    /// Height and width.
    public var ConsoleSize: [Int]?
    public var Annotations: [String: String]?
    @Nullable public var CapAdd: Words?
    @Nullable public var CapDrop: Words?
    public var CgroupnsMode = ""
    @Nullable public var Dns: [String]?
    @Nullable public var DnsOptions: [String]?
    @Nullable public var DnsSearch: [String]?
    @Nullable public var ExtraHosts: [String]?
    @Nullable public var GroupAdd: [String]?
    public var IpcMode = ""
    public var Cgroup = ""
    @Nullable public var Links: [String]?
    public var OomScoreAdj = 0
    public var PidMode = ""
    public var Privileged = false
    public var PublishAllPorts = false
    public var ReadonlyRootfs = false
    @Nullable public var SecurityOpt: [String]?
    public var StorageOpt: [String: String]?
    public var Tmpfs: [String: String]?
    public var UTSMode = ""
    public var UsernsMode = ""
    public var ShmSize: Int64 = 0
    public var Sysctls: [String: String]?
    public var Runtime: String?
    public var Isolation = ""

    // Resources.
    public var CpuShares: Int64 = 0
    public var Memory: Int64 = 0
    public var NanoCpus: Int64 = 0
    public var CgroupParent = ""
    public var BlkioWeight: UInt16 = 0
    public var BlkioWeightDevice: [WeightDevice] = []
    public var BlkioDeviceReadBps: [ThrottleDevice] = []
    public var BlkioDeviceWriteBps: [ThrottleDevice] = []
    public var BlkioDeviceReadIOps: [ThrottleDevice] = []
    public var BlkioDeviceWriteIOps: [ThrottleDevice] = []
    public var CpuPeriod: Int64 = 0
    public var CpuQuota: Int64 = 0
    public var CpuRealtimePeriod: Int64 = 0
    public var CpuRealtimeRuntime: Int64 = 0
    public var CpusetCpus = ""
    public var CpusetMems = ""
    public var Devices: [DeviceMapping] = []
    @Nullable public var DeviceCgroupRules: [String]?
    @Nullable public var DeviceRequests: [DeviceRequest]?
    public var KernelMemory: Int64?
    public var KernelMemoryTCP: Int64?
    public var MemoryReservation: Int64 = 0
    public var MemorySwap: Int64 = 0
    @Nullable public var MemorySwappiness: Int64?
    @Nullable public var OomKillDisable: Bool?
    @Nullable public var PidsLimit: Int64?
    public var Ulimits: [Ulimit] = []
    public var CpuCount: Int64 = 0
    public var CpuPercent: Int64 = 0
    public var IOMaximumIOps: UInt64 = 0
    public var IOMaximumBandwidth: UInt64 = 0

    public var Mounts: [Mount]?
    @Nullable public var MaskedPaths: [String]?
    @Nullable public var ReadonlyPaths: [String]?
    public var Init: Bool?

    public init() {}
  }

  public struct LogConfig: Codable, Sendable, Hashable {
    public var `Type` = ""
    public var Config: [String: String] = [:]
    public init() {}
  }

  public struct PortBinding: Codable, Sendable, Hashable {
    public var HostIp = ""
    public var HostPort = ""
    public init(HostIp: String = "", HostPort: String = "") {
      self.HostIp = HostIp
      self.HostPort = HostPort
    }
  }

  public struct RestartPolicy: Codable, Sendable, Hashable {
    public var Name = ""
    public var MaximumRetryCount = 0
    public init() {}
  }

  public struct WeightDevice: Codable, Sendable, Hashable {
    public var Path = ""
    public var Weight: UInt16 = 0
    public init() {}
  }

  public struct ThrottleDevice: Codable, Sendable, Hashable {
    public var Path = ""
    public var Rate: UInt64 = 0
    public init() {}
  }

  public struct DeviceMapping: Codable, Sendable, Hashable {
    public var PathOnHost = ""
    public var PathInContainer = ""
    public var CgroupPermissions = ""
    public init() {}
  }

  public struct DeviceRequest: Codable, Sendable, Hashable {
    public var Driver = ""
    public var Count = 0
    public var DeviceIDs: [String] = []
    public var Capabilities: [[String]] = []
    public var Options: [String: String] = [:]
    public init() {}
  }

  public struct Ulimit: Codable, Sendable, Hashable {
    public var Name = ""
    public var Hard: Int64 = 0
    public var Soft: Int64 = 0
    public init() {}
  }
}
