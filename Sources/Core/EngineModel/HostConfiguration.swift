package import Addressing

/// The part of a container's configuration that depends on the host (`HostConfig` in the Docker API).
package struct HostConfiguration: Sendable, Hashable {
  package var networkMode: NetworkMode = .default
  package var portBindings: [TransportPort: [PortBinding]] = [:]
  /// `-P`: every exposed port gets a host port.
  package var publishAllPorts: Bool = false
  package var links: [String] = []
  package var dns: [IPAddress] = []
  package var dnsOptions: [String] = []
  package var dnsSearch: [String] = []
  /// `name:address`, or `name:host-gateway`.
  package var extraHosts: [String] = []

  /// `source:target[:options]`.
  package var binds: [String] = []
  package var mounts: [MountSpecification] = []
  /// Mount options by path.
  package var tmpfs: [String: String] = [:]
  package var volumesFrom: [String] = []
  package var volumeDriver: String = ""
  package var readonlyRootfs: Bool = false
  /// Bytes; zero: 64 MiB.
  package var shmSize: Int64 = 0

  package var restartPolicy = RestartPolicy()
  package var autoRemove: Bool = false
  package var logConfiguration = LogConfiguration()
  package var containerIDFile: String = ""

  package var privileged: Bool = false
  package var capAdd: [String] = []
  package var capDrop: [String] = []
  package var securityOptions: [String] = []
  /// `nil`: the engine's defaults; empty: none.
  package var maskedPaths: [String]?
  package var readonlyPaths: [String]?
  package var groupAdd: [String] = []

  package var ipcMode: String = ""
  package var pidMode: String = ""
  package var utsMode: String = ""
  package var usernsMode: String = ""
  package var cgroupnsMode: String = ""
  package var cgroupParent: String = ""
  package var sysctls: [String: String] = [:]
  package var annotations: [String: String] = [:]
  package var runtime: String = ""
  package var runInit: Bool?
  package var oomScoreAdjust: Int = 0
  package var consoleHeight: Int = 0
  package var consoleWidth: Int = 0
  package var resources = Resources()

  package init() {}
}

/// A container's resource limits. 0 or `nil`: no limit. Sizes are in bytes, CPU periods in microseconds.
package struct Resources: Sendable, Hashable {
  package var memory: Int64 = 0
  package var memoryReservation: Int64 = 0
  package var memorySwap: Int64 = 0
  package var memorySwappiness: Int64?
  package var nanoCPUs: Int64 = 0
  package var cpuShares: Int64 = 0
  package var cpuPeriod: Int64 = 0
  package var cpuQuota: Int64 = 0
  package var cpuRealtimePeriod: Int64 = 0
  package var cpuRealtimeRuntime: Int64 = 0
  package var cpusetCPUs: String = ""
  package var cpusetMems: String = ""
  package var pidsLimit: Int64?
  package var blkioWeight: UInt16 = 0
  package var blkioWeightDevices: [WeightedDevice] = []
  package var blkioReadBps: [ThrottledDevice] = []
  package var blkioWriteBps: [ThrottledDevice] = []
  package var blkioReadIOps: [ThrottledDevice] = []
  package var blkioWriteIOps: [ThrottledDevice] = []
  package var oomKillDisable: Bool?
  package var devices: [DeviceMapping] = []
  package var deviceCgroupRules: [String] = []
  package var ulimits: [ResourceLimit] = []

  package init() {}
}

package struct WeightedDevice: Sendable, Hashable {
  package var path: String
  package var weight: UInt16
  package init(path: String, weight: UInt16) {
    self.path = path
    self.weight = weight
  }
}

package struct ThrottledDevice: Sendable, Hashable {
  package var path: String
  package var rate: UInt64
  package init(path: String, rate: UInt64) {
    self.path = path
    self.rate = rate
  }
}

package struct DeviceMapping: Sendable, Hashable {
  package var pathOnHost: String
  package var pathInContainer: String
  package var permissions: String
  package init(pathOnHost: String, pathInContainer: String, permissions: String) {
    self.pathOnHost = pathOnHost
    self.pathInContainer = pathInContainer
    self.permissions = permissions
  }
}

package struct ResourceLimit: Sendable, Hashable {
  package var name: String
  package var soft: Int64
  package var hard: Int64
  package init(name: String, soft: Int64, hard: Int64) {
    self.name = name
    self.soft = soft
    self.hard = hard
  }
}

/// Which network a container uses (`HostConfig.NetworkMode`).
package enum NetworkMode: Sendable, Hashable {
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
  package init(_ description: String) {
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

  package var description: String {
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

package struct RestartPolicy: Sendable, Hashable {
  package enum Name: String, Sendable, Hashable, CaseIterable {
    case no
    case always
    case unlessStopped = "unless-stopped"
    case onFailure = "on-failure"
  }

  package var name: Name
  /// For `on-failure`; 0: no limit.
  package var maximumRetryCount: Int

  package init(name: Name = .no, maximumRetryCount: Int = 0) {
    self.name = name
    self.maximumRetryCount = maximumRetryCount
  }
}

package struct LogConfiguration: Sendable, Hashable {
  /// Empty: `json-file`, which `inspect` shows as well.
  package var driver: String
  package var options: [String: String]

  package init(driver: String = "", options: [String: String] = [:]) {
    self.driver = driver
    self.options = options
  }
}

/// One entry of `HostConfig.Mounts`.
package struct MountSpecification: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case bind
    case volume
    case tmpfs
    case image
    case npipe
    case cluster
  }

  package var kind: Kind
  package var source: String = ""
  package var target: String = ""
  package var readOnly: Bool = false
  package var consistency: String = ""
  package var bindPropagation: String = ""
  package var bindNonRecursive: Bool = false
  package var bindCreateMountpoint: Bool = false
  package var volumeNoCopy: Bool = false
  package var volumeSubpath: String = ""
  package var volumeLabels: [String: String] = [:]
  package var volumeDriver: String = ""
  package var volumeDriverOptions: [String: String] = [:]
  package var tmpfsSize: Int64 = 0
  package var tmpfsMode: UInt32 = 0
  // The following are absent in records of older engines.
  package var bindReadOnlyRecursion: MountPoint.ReadOnlyRecursion?
  package var imageSubpath: String?
  /// Further tmpfs options.
  package var tmpfsOptions: [String]?

  package init(kind: Kind) { self.kind = kind }
}
