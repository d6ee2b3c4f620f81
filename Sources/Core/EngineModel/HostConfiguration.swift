public import Addressing

/// The part of a container's configuration that depends on the host (`HostConfig` in the Docker API).
public struct HostConfiguration: Sendable, Hashable {
  public var networkMode: NetworkMode = .default
  public var portBindings: [TransportPort: [PortBinding]] = [:]
  /// `-P`: every exposed port gets a host port.
  public var publishAllPorts: Bool = false
  public var links: [String] = []
  public var dns: [IPAddress] = []
  public var dnsOptions: [String] = []
  public var dnsSearch: [String] = []
  /// `name:address`, or `name:host-gateway`.
  public var extraHosts: [String] = []

  /// `source:target[:options]`.
  public var binds: [String] = []
  public var mounts: [MountSpecification] = []
  /// Mount options by path.
  public var tmpfs: [String: String] = [:]
  public var volumesFrom: [String] = []
  public var volumeDriver: String = ""
  public var readonlyRootfs: Bool = false
  /// Bytes; zero: 64 MiB.
  public var shmSize: Int64 = 0

  public var restartPolicy = RestartPolicy()
  public var autoRemove: Bool = false
  public var logConfiguration = LogConfiguration()
  public var containerIDFile: String = ""

  public var privileged: Bool = false
  public var capAdd: [String] = []
  public var capDrop: [String] = []
  public var securityOptions: [String] = []
  /// `nil`: the engine's defaults; empty: none.
  public var maskedPaths: [String]?
  public var readonlyPaths: [String]?
  public var groupAdd: [String] = []

  public var ipcMode: String = ""
  public var pidMode: String = ""
  public var utsMode: String = ""
  public var usernsMode: String = ""
  public var cgroupnsMode: String = ""
  public var cgroupParent: String = ""
  public var sysctls: [String: String] = [:]
  public var annotations: [String: String] = [:]
  public var runtime: String = ""
  public var runInit: Bool?
  public var oomScoreAdjust: Int = 0
  public var consoleHeight: Int = 0
  public var consoleWidth: Int = 0
  public var resources = Resources()

  public init() {}
}

/// A container's resource limits. 0 or `nil`: no limit. Sizes are in bytes, CPU periods in microseconds.
public struct Resources: Sendable, Hashable {
  public var memory: Int64 = 0
  public var memoryReservation: Int64 = 0
  public var memorySwap: Int64 = 0
  public var memorySwappiness: Int64?
  public var nanoCPUs: Int64 = 0
  public var cpuShares: Int64 = 0
  public var cpuPeriod: Int64 = 0
  public var cpuQuota: Int64 = 0
  public var cpuRealtimePeriod: Int64 = 0
  public var cpuRealtimeRuntime: Int64 = 0
  public var cpusetCPUs: String = ""
  public var cpusetMems: String = ""
  public var pidsLimit: Int64?
  public var blkioWeight: UInt16 = 0
  public var blkioWeightDevices: [WeightedDevice] = []
  public var blkioReadBps: [ThrottledDevice] = []
  public var blkioWriteBps: [ThrottledDevice] = []
  public var blkioReadIOps: [ThrottledDevice] = []
  public var blkioWriteIOps: [ThrottledDevice] = []
  public var oomKillDisable: Bool?
  public var devices: [DeviceMapping] = []
  public var deviceCgroupRules: [String] = []
  public var ulimits: [ResourceLimit] = []

  public init() {}
}

public struct WeightedDevice: Sendable, Hashable {
  public var path: String
  public var weight: UInt16
  public init(path: String, weight: UInt16) {
    self.path = path
    self.weight = weight
  }
}

public struct ThrottledDevice: Sendable, Hashable {
  public var path: String
  public var rate: UInt64
  public init(path: String, rate: UInt64) {
    self.path = path
    self.rate = rate
  }
}

public struct DeviceMapping: Sendable, Hashable {
  public var pathOnHost: String
  public var pathInContainer: String
  public var permissions: String
  public init(pathOnHost: String, pathInContainer: String, permissions: String) {
    self.pathOnHost = pathOnHost
    self.pathInContainer = pathInContainer
    self.permissions = permissions
  }
}

public struct ResourceLimit: Sendable, Hashable {
  public var name: String
  public var soft: Int64
  public var hard: Int64
  public init(name: String, soft: Int64, hard: Int64) {
    self.name = name
    self.soft = soft
    self.hard = hard
  }
}

/// Which network a container uses (`HostConfig.NetworkMode`).
public enum NetworkMode: Sendable, Hashable {
  /// The default bridge.
  case `default`
  case bridge
  case host
  case none
  /// The network of another container, by name or id.
  case container(String)
  /// A network by name or id.
  case network(String)
}

extension NetworkMode: LosslessStringConvertible {
  public init(_ description: String) {
    switch description {
    case "", "default": self = .default
    case "bridge": self = .bridge
    case "host": self = .host
    case "none": self = .none
    default:
      self =
        description.hasPrefix("container:") ? .container(String(description.dropFirst(10))) : .network(description)
    }
  }

  public var description: String {
    switch self {
    case .default: "default"
    case .bridge: "bridge"
    case .host: "host"
    case .none: "none"
    case .container(let name): "container:\(name)"
    case .network(let name): name
    }
  }
}

public struct RestartPolicy: Sendable, Hashable {
  public enum Name: String, Sendable, Hashable, CaseIterable {
    case no
    case always
    case unlessStopped = "unless-stopped"
    case onFailure = "on-failure"
  }

  public var name: Name
  /// For `on-failure`; 0: no limit.
  public var maximumRetryCount: Int

  public init(name: Name = .no, maximumRetryCount: Int = 0) {
    self.name = name
    self.maximumRetryCount = maximumRetryCount
  }
}

public struct LogConfiguration: Sendable, Hashable {
  /// Empty: `json-file`, which `inspect` shows as well.
  public var driver: String
  public var options: [String: String]

  public init(driver: String = "", options: [String: String] = [:]) {
    self.driver = driver
    self.options = options
  }
}

/// One entry of `HostConfig.Mounts`.
public struct MountSpecification: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case bind
    case volume
    case tmpfs
    case image
    case npipe
    case cluster
  }

  public var kind: Kind
  public var source: String = ""
  public var target: String = ""
  public var readOnly: Bool = false
  public var consistency: String = ""
  public var bindPropagation: String = ""
  public var bindNonRecursive: Bool = false
  public var bindCreateMountpoint: Bool = false
  public var volumeNoCopy: Bool = false
  public var volumeSubpath: String = ""
  public var volumeLabels: [String: String] = [:]
  public var volumeDriver: String = ""
  public var volumeDriverOptions: [String: String] = [:]
  public var tmpfsSize: Int64 = 0
  public var tmpfsMode: UInt32 = 0
  // The following are absent in records of older engines.
  public var bindReadOnlyRecursion: MountPoint.ReadOnlyRecursion?
  public var imageSubpath: String?
  /// Further tmpfs options.
  public var tmpfsOptions: [String]?

  public init(kind: Kind) { self.kind = kind }
}
