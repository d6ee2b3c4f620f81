package import JSON

extension Wire {
  /// `HostConfig`: the half of a container's description that concerns the host.
  package struct HostConfig: Codable, Sendable, Hashable {
    @Nullable package var Binds: [String]?
    package var ContainerIDFile = ""
    package var LogConfig = Wire.LogConfig()
    package var NetworkMode = ""
    @Nullable package var PortBindings: [String: [PortBinding]]?
    package var RestartPolicy = Wire.RestartPolicy()
    package var AutoRemove = false
    package var VolumeDriver = ""
    @Nullable package var VolumesFrom: [String]?
    /// Height and width.
    package var ConsoleSize: [Int]?
    package var Annotations: [String: String]?
    @Nullable package var CapAdd: Words?
    @Nullable package var CapDrop: Words?
    package var CgroupnsMode = ""
    @Nullable package var Dns: [String]?
    @Nullable package var DnsOptions: [String]?
    @Nullable package var DnsSearch: [String]?
    @Nullable package var ExtraHosts: [String]?
    @Nullable package var GroupAdd: [String]?
    package var IpcMode = ""
    package var Cgroup = ""
    @Nullable package var Links: [String]?
    package var OomScoreAdj = 0
    package var PidMode = ""
    package var Privileged = false
    package var PublishAllPorts = false
    package var ReadonlyRootfs = false
    @Nullable package var SecurityOpt: [String]?
    package var StorageOpt: [String: String]?
    package var Tmpfs: [String: String]?
    package var UTSMode = ""
    package var UsernsMode = ""
    package var ShmSize: Int64 = 0
    package var Sysctls: [String: String]?
    package var Runtime: String?
    package var Isolation = ""

    // Resources.
    package var CpuShares: Int64 = 0
    package var Memory: Int64 = 0
    package var NanoCpus: Int64 = 0
    package var CgroupParent = ""
    package var BlkioWeight: UInt16 = 0
    package var BlkioWeightDevice: [WeightDevice] = []
    package var BlkioDeviceReadBps: [ThrottleDevice] = []
    package var BlkioDeviceWriteBps: [ThrottleDevice] = []
    package var BlkioDeviceReadIOps: [ThrottleDevice] = []
    package var BlkioDeviceWriteIOps: [ThrottleDevice] = []
    package var CpuPeriod: Int64 = 0
    package var CpuQuota: Int64 = 0
    package var CpuRealtimePeriod: Int64 = 0
    package var CpuRealtimeRuntime: Int64 = 0
    package var CpusetCpus = ""
    package var CpusetMems = ""
    package var Devices: [DeviceMapping] = []
    @Nullable package var DeviceCgroupRules: [String]?
    @Nullable package var DeviceRequests: [DeviceRequest]?
    package var KernelMemory: Int64?
    package var KernelMemoryTCP: Int64?
    package var MemoryReservation: Int64 = 0
    package var MemorySwap: Int64 = 0
    @Nullable package var MemorySwappiness: Int64?
    @Nullable package var OomKillDisable: Bool?
    @Nullable package var PidsLimit: Int64?
    package var Ulimits: [Ulimit] = []
    package var CpuCount: Int64 = 0
    package var CpuPercent: Int64 = 0
    package var IOMaximumIOps: UInt64 = 0
    package var IOMaximumBandwidth: UInt64 = 0

    package var Mounts: [Mount]?
    @Nullable package var MaskedPaths: [String]?
    @Nullable package var ReadonlyPaths: [String]?
    package var Init: Bool?

    package init() {}
  }

  package struct LogConfig: Codable, Sendable, Hashable {
    package var `Type` = ""
    package var Config: [String: String] = [:]
    package init() {}
  }

  package struct PortBinding: Codable, Sendable, Hashable {
    package var HostIp = ""
    package var HostPort = ""
    package init(HostIp: String = "", HostPort: String = "") {
      self.HostIp = HostIp
      self.HostPort = HostPort
    }
  }

  package struct RestartPolicy: Codable, Sendable, Hashable {
    package var Name = ""
    package var MaximumRetryCount = 0
    package init() {}
  }

  package struct WeightDevice: Codable, Sendable, Hashable {
    package var Path = ""
    package var Weight: UInt16 = 0
    package init() {}
  }

  package struct ThrottleDevice: Codable, Sendable, Hashable {
    package var Path = ""
    package var Rate: UInt64 = 0
    package init() {}
  }

  package struct DeviceMapping: Codable, Sendable, Hashable {
    package var PathOnHost = ""
    package var PathInContainer = ""
    package var CgroupPermissions = ""
    package init() {}
  }

  package struct DeviceRequest: Codable, Sendable, Hashable {
    package var Driver = ""
    package var Count = 0
    package var DeviceIDs: [String] = []
    package var Capabilities: [[String]] = []
    package var Options: [String: String] = [:]
    package init() {}
  }

  package struct Ulimit: Codable, Sendable, Hashable {
    package var Name = ""
    package var Hard: Int64 = 0
    package var Soft: Int64 = 0
    package init() {}
  }
}
