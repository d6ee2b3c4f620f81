extension OCISpecification {
  /// The Linux part (`config-linux.md`).
  public struct Linux: Sendable, Hashable, Codable {
    public var namespaces: [Namespace] = []
    public var devices: [Device]?
    public var cgroupsPath: String?
    public var resources: Resources?
    public var sysctl: [String: String]?
    public var seccomp: Seccomp?
    public var maskedPaths: [String]?
    public var readonlyPaths: [String]?
    public var mountLabel: String?
    public var rootfsPropagation: String?

    public init() {}
  }

  public struct Namespace: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
      case pid, network, mount, ipc, uts, user, cgroup
    }

    public var type: Kind
    /// `nil`: a new one.
    public var path: String?

    public init(_ type: Kind, path: String? = nil) {
      self.type = type
      self.path = path
    }
  }

  public struct Device: Sendable, Hashable, Codable {
    public var path: String
    /// `c`, `b`, `p` or `u`.
    public var type: String
    public var major: Int64
    public var minor: Int64
    public var fileMode: UInt32?
    public var uid: UInt32?
    public var gid: UInt32?

    public init(path: String, type: String, major: Int64, minor: Int64) {
      self.path = path
      self.type = type
      self.major = major
      self.minor = minor
    }
  }

  public struct Resources: Sendable, Hashable, Codable {
    public var devices: [DeviceRule]?
    public var memory: Memory?
    public var cpu: CPU?
    public var pids: Pids?
    public var blockIO: BlockIO?

    public init() {}
  }

  public struct DeviceRule: Sendable, Hashable, Codable {
    public var allow: Bool
    public var type: String?
    /// `nil`: all.
    public var major: Int64?
    public var minor: Int64?
    public var access: String

    public init(allow: Bool, type: String? = nil, major: Int64? = nil, minor: Int64? = nil, access: String) {
      self.allow = allow
      self.type = type
      self.major = major
      self.minor = minor
      self.access = access
    }
  }

  /// Bytes.
  public struct Memory: Sendable, Hashable, Codable {
    public var limit: Int64?
    public var reservation: Int64?
    /// Memory and swap together.
    public var swap: Int64?
    public var swappiness: UInt64?
    public var disableOOMKiller: Bool?

    public init() {}
  }

  /// Microseconds.
  public struct CPU: Sendable, Hashable, Codable {
    public var shares: UInt64?
    public var quota: Int64?
    public var period: UInt64?
    public var realtimeRuntime: Int64?
    public var realtimePeriod: UInt64?
    public var cpus: String?
    public var mems: String?

    public init() {}
  }

  public struct Pids: Sendable, Hashable, Codable {
    public var limit: Int64
    public init(limit: Int64) { self.limit = limit }
  }

  public struct BlockIO: Sendable, Hashable, Codable {
    public struct Weight: Sendable, Hashable, Codable {
      public var major: Int64
      public var minor: Int64
      public var weight: UInt16

      public init(major: Int64, minor: Int64, weight: UInt16) {
        self.major = major
        self.minor = minor
        self.weight = weight
      }
    }

    public struct Throttle: Sendable, Hashable, Codable {
      public var major: Int64
      public var minor: Int64
      public var rate: UInt64

      public init(major: Int64, minor: Int64, rate: UInt64) {
        self.major = major
        self.minor = minor
        self.rate = rate
      }
    }

    public var weight: UInt16?
    public var weightDevice: [Weight]?
    public var throttleReadBpsDevice: [Throttle]?
    public var throttleWriteBpsDevice: [Throttle]?
    public var throttleReadIOPSDevice: [Throttle]?
    public var throttleWriteIOPSDevice: [Throttle]?

    public init() {}
  }

  /// A seccomp filter, from ``SeccompProfile/filter(capabilities:architecture:kernel:)``.
  public struct Seccomp: Sendable, Hashable, Codable {
    public struct Rule: Sendable, Hashable, Codable {
      public var names: [String]
      public var action: String
      public var errnoRet: UInt32?
      public var args: [Argument]?

      public init(names: [String], action: String, errnoRet: UInt32? = nil, args: [Argument]? = nil) {
        self.names = names
        self.action = action
        self.errnoRet = errnoRet
        self.args = args
      }
    }

    public struct Argument: Sendable, Hashable, Codable {
      public var index: UInt32
      public var value: UInt64
      public var valueTwo: UInt64?
      public var op: String
    }

    public var defaultAction: String
    public var defaultErrnoRet: UInt32?
    public var architectures: [String]?
    public var flags: [String]?
    public var syscalls: [Rule]?

    public init(defaultAction: String) { self.defaultAction = defaultAction }
  }
}
