public import JSON

extension Wire {
  /// The answer of `GET /info`.
  public struct SystemInfo: Codable, Sendable, Hashable {
    public var ID = ""
    public var Containers = 0
    public var ContainersRunning = 0
    public var ContainersPaused = 0
    public var ContainersStopped = 0
    public var Images = 0
    public var Driver = ""
    public var DriverStatus: [[String]] = []
    public var Plugins = PluginNames()
    public var MemoryLimit = true
    public var SwapLimit = true
    public var CpuCfsPeriod = true
    public var CpuCfsQuota = true
    public var CPUShares = true
    public var CPUSet = true
    public var PidsLimit = true
    public var IPv4Forwarding = true
    public var Debug = false
    public var NFd = 0
    public var OomKillDisable = false
    public var NGoroutines = 0
    public var SystemTime = ""
    public var LoggingDriver = ""
    public var CgroupDriver = ""
    public var CgroupVersion = ""
    public var NEventsListener = 0
    public var KernelVersion = ""
    public var OperatingSystem = ""
    public var OSVersion = ""
    public var OSType = "linux"
    public var Architecture = ""
    public var IndexServerAddress = ""
    @Nullable public var RegistryConfig: Registries?
    public var NCPU = 0
    public var MemTotal: Int64 = 0
    @Nullable public var GenericResources: [String]?
    public var DockerRootDir = ""
    public var HttpProxy = ""
    public var HttpsProxy = ""
    public var NoProxy = ""
    public var Name = ""
    public var Labels: [String] = []
    public var ExperimentalBuild = false
    public var ServerVersion = ""
    public var Runtimes: [String: Runtime] = [:]
    public var DefaultRuntime = ""
    public var Swarm = SwarmState()
    public var LiveRestoreEnabled = true
    public var Isolation = ""
    public var InitBinary = ""
    public var ContainerdCommit = Commit()
    public var RuncCommit = Commit()
    public var InitCommit = Commit()
    public var SecurityOptions: [String] = []
    public var DefaultAddressPools: [AddressPool]?
    public var FirewallBackend: Firewall?
    @Nullable public var Warnings: [String]?
    public init() {}

    public struct PluginNames: Codable, Sendable, Hashable {
      public var Volume: [String] = []
      public var Network: [String] = []
      @Nullable public var Authorization: [String]?
      public var Log: [String] = []
      public init() {}
    }

    public struct Registries: Codable, Sendable, Hashable {
      public var InsecureRegistryCIDRs: [String] = []
      public var IndexConfigs: [String: Index] = [:]
      public var Mirrors: [String] = []
      public init() {}
    }

    /// The settings of one registry.
    public struct Index: Codable, Sendable, Hashable {
      public var Name = ""
      public var Mirrors: [String] = []
      public var Secure = true
      public var Official = false
      public init() {}
    }

    public struct Runtime: Codable, Sendable, Hashable {
      public var path = ""
      public init() {}
    }

    public struct SwarmState: Codable, Sendable, Hashable {
      public var NodeID = ""
      public var NodeAddr = ""
      public var LocalNodeState = "inactive"
      public var ControlAvailable = false
      public var Error = ""
      @Nullable public var RemoteManagers: [Empty]?
      public init() {}
    }

    public struct Commit: Codable, Sendable, Hashable {
      public var ID = ""
      public init() {}
    }

    public struct AddressPool: Codable, Sendable, Hashable {
      public var Base = ""
      public var Size = 0
      public init() {}
    }

    public struct Firewall: Codable, Sendable, Hashable {
      public var Driver = ""
      public init() {}
    }
  }
}
