package import JSON

extension Wire {
  /// The answer of `GET /info`.
  package struct SystemInfo: Codable, Sendable, Hashable {
    package var ID = ""
    package var Containers = 0
    package var ContainersRunning = 0
    package var ContainersPaused = 0
    package var ContainersStopped = 0
    package var Images = 0
    package var Driver = ""
    package var DriverStatus: [[String]] = []
    package var Plugins = PluginNames()
    package var MemoryLimit = true
    package var SwapLimit = true
    package var CpuCfsPeriod = true
    package var CpuCfsQuota = true
    package var CPUShares = true
    package var CPUSet = true
    package var PidsLimit = true
    package var IPv4Forwarding = true
    package var Debug = false
    package var NFd = 0
    package var OomKillDisable = false
    package var NGoroutines = 0
    package var SystemTime = ""
    package var LoggingDriver = ""
    package var CgroupDriver = ""
    package var CgroupVersion = ""
    package var NEventsListener = 0
    package var KernelVersion = ""
    package var OperatingSystem = ""
    package var OSVersion = ""
    package var OSType = "linux"
    package var Architecture = ""
    package var IndexServerAddress = ""
    @Nullable package var RegistryConfig: Registries?
    package var NCPU = 0
    package var MemTotal: Int64 = 0
    @Nullable package var GenericResources: [String]?
    package var DockerRootDir = ""
    package var HttpProxy = ""
    package var HttpsProxy = ""
    package var NoProxy = ""
    package var Name = ""
    package var Labels: [String] = []
    package var ExperimentalBuild = false
    package var ServerVersion = ""
    package var Runtimes: [String: Runtime] = [:]
    package var DefaultRuntime = ""
    package var Swarm = SwarmState()
    package var LiveRestoreEnabled = true
    package var Isolation = ""
    package var InitBinary = ""
    package var ContainerdCommit = Commit()
    package var RuncCommit = Commit()
    package var InitCommit = Commit()
    package var SecurityOptions: [String] = []
    package var DefaultAddressPools: [AddressPool]?
    package var FirewallBackend: Firewall?
    @Nullable package var Warnings: [String]?
    package init() {}

    package struct PluginNames: Codable, Sendable, Hashable {
      package var Volume: [String] = []
      package var Network: [String] = []
      @Nullable package var Authorization: [String]?
      package var Log: [String] = []
      package init() {}
    }

    package struct Registries: Codable, Sendable, Hashable {
      package var InsecureRegistryCIDRs: [String] = []
      package var IndexConfigs: [String: Index] = [:]
      package var Mirrors: [String] = []
      package init() {}
    }

    /// The settings of one registry.
    package struct Index: Codable, Sendable, Hashable {
      package var Name = ""
      package var Mirrors: [String] = []
      package var Secure = true
      package var Official = false
      package init() {}
    }

    package struct Runtime: Codable, Sendable, Hashable {
      package var path = ""
      package init() {}
    }

    package struct SwarmState: Codable, Sendable, Hashable {
      package var NodeID = ""
      package var NodeAddr = ""
      package var LocalNodeState = "inactive"
      package var ControlAvailable = false
      package var Error = ""
      @Nullable package var RemoteManagers: [Empty]?
      package init() {}
    }

    package struct Commit: Codable, Sendable, Hashable {
      package var ID = ""
      package init() {}
    }

    package struct AddressPool: Codable, Sendable, Hashable {
      package var Base = ""
      package var Size = 0
      package init() {}
    }

    package struct Firewall: Codable, Sendable, Hashable {
      package var Driver = ""
      package init() {}
    }
  }
}
