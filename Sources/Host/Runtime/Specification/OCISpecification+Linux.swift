extension OCISpecification {
  /// The Linux part (`config-linux.md`).
  package struct Linux: Sendable, Hashable, Codable {
    package var namespaces: [Namespace] = []
    package var devices: [Device]?
    package var cgroupsPath: String?
    package var resources: Resources?
    package var sysctl: [String: String]?
    package var seccomp: Seccomp?
    package var maskedPaths: [String]?
    package var readonlyPaths: [String]?
    package var mountLabel: String?
    package var rootfsPropagation: String?

    package init() {}
  }

  package struct Namespace: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
      case pid, network, mount, ipc, uts, user, cgroup
    }

    package var type: Kind
    /// `nil`: a new one.
    package var path: String?

    package init(_ type: Kind, path: String? = nil) {
      self.type = type
      self.path = path
    }
  }

  package struct Device: Sendable, Hashable, Codable {
    package var path: String
    /// `c`, `b`, `p` or `u`.
    package var type: String
    package var major: Int64
    package var minor: Int64
    package var fileMode: UInt32?
    package var uid: UInt32?
    package var gid: UInt32?

    package init(path: String, type: String, major: Int64, minor: Int64) {
      self.path = path
      self.type = type
      self.major = major
      self.minor = minor
    }
  }

  package struct Resources: Sendable, Hashable, Codable {
    package var devices: [DeviceRule]?
    package var memory: Memory?
    package var cpu: CPU?
    package var pids: Pids?
    package var blockIO: BlockIO?

    package init() {}
  }

  package struct DeviceRule: Sendable, Hashable, Codable {
    package var allow: Bool
    package var type: String?
    /// `nil`: all.
    package var major: Int64?
    package var minor: Int64?
    package var access: String

    package init(allow: Bool, type: String? = nil, major: Int64? = nil, minor: Int64? = nil, access: String) {
      self.allow = allow
      self.type = type
      self.major = major
      self.minor = minor
      self.access = access
    }
  }

  /// Bytes.
  package struct Memory: Sendable, Hashable, Codable {
    package var limit: Int64?
    package var reservation: Int64?
    /// Memory and swap together.
    package var swap: Int64?
    package var swappiness: UInt64?
    package var disableOOMKiller: Bool?

    package init() {}
  }

  /// Microseconds.
  package struct CPU: Sendable, Hashable, Codable {
    package var shares: UInt64?
    package var quota: Int64?
    package var period: UInt64?
    package var realtimeRuntime: Int64?
    package var realtimePeriod: UInt64?
    package var cpus: String?
    package var mems: String?

    package init() {}
  }

  package struct Pids: Sendable, Hashable, Codable {
    package var limit: Int64
    package init(limit: Int64) { self.limit = limit }
  }

  package struct BlockIO: Sendable, Hashable, Codable {
    package struct Weight: Sendable, Hashable, Codable {
      package var major: Int64
      package var minor: Int64
      package var weight: UInt16

      package init(major: Int64, minor: Int64, weight: UInt16) {
        self.major = major
        self.minor = minor
        self.weight = weight
      }
    }

    package struct Throttle: Sendable, Hashable, Codable {
      package var major: Int64
      package var minor: Int64
      package var rate: UInt64

      package init(major: Int64, minor: Int64, rate: UInt64) {
        self.major = major
        self.minor = minor
        self.rate = rate
      }
    }

    package var weight: UInt16?
    package var weightDevice: [Weight]?
    package var throttleReadBpsDevice: [Throttle]?
    package var throttleWriteBpsDevice: [Throttle]?
    package var throttleReadIOPSDevice: [Throttle]?
    package var throttleWriteIOPSDevice: [Throttle]?

    package init() {}
  }

  /// A seccomp filter, from ``SeccompProfile/filter(capabilities:architecture:kernel:)``.
  package struct Seccomp: Sendable, Hashable, Codable {
    package struct Rule: Sendable, Hashable, Codable {
      package var names: [String]
      package var action: String
      package var errnoRet: UInt32?
      package var args: [Argument]?

      package init(names: [String], action: String, errnoRet: UInt32? = nil, args: [Argument]? = nil) {
        self.names = names
        self.action = action
        self.errnoRet = errnoRet
        self.args = args
      }
    }

    package struct Argument: Sendable, Hashable, Codable {
      package var index: UInt32
      package var value: UInt64
      package var valueTwo: UInt64?
      package var op: String

      package init(index: UInt32, value: UInt64, valueTwo: UInt64? = nil, op: String) {
        self.index = index
        self.value = value
        self.valueTwo = valueTwo
        self.op = op
      }
    }

    package var defaultAction: String
    package var defaultErrnoRet: UInt32?
    package var architectures: [String]?
    package var flags: [String]?
    package var syscalls: [Rule]?

    package init(defaultAction: String) { self.defaultAction = defaultAction }
  }
}
