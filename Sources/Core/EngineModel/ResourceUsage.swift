/// What a container has used up to now, and uses now: one reading of its cgroups and of its interfaces. Bytes for
/// sizes, nanoseconds for times. A counter whose controller is not there stays zero.
public struct ResourceUsage: Sendable, Hashable {
  public var processor = Processor()
  /// `nil` when the host keeps no count of memory.
  public var memory: Memory?
  public var processes: Processes?
  /// Bytes moved, and operations done, by block device and direction.
  public var blockBytes: [BlockCounter] = []
  public var blockOperations: [BlockCounter] = []
  /// By the interface's name in the container, without the loopback.
  public var interfaces: [String: InterfaceCounters] = [:]
  /// What the whole host has used of its processors, idle time included: what shares are reckoned against.
  public var hostProcessorTime: UInt64 = 0
  public var onlineProcessors = 0
  /// Numbers of cgroup v2; some fields have another meaning there.
  public var isUnified = false

  public init() {}

  public struct Processor: Sendable, Hashable {
    public var total: UInt64 = 0
    public var user: UInt64 = 0
    public var kernel: UInt64 = 0
    /// Empty under cgroup v2.
    public var perProcessor: [UInt64] = []
    /// Periods of the quota, and those in which it was used up.
    public var periods: UInt64 = 0
    public var throttledPeriods: UInt64 = 0
    public var throttledTime: UInt64 = 0

    public init() {}
  }

  public struct Memory: Sendable, Hashable {
    public var usage: UInt64 = 0
    /// The most there ever was; zero under cgroup v2.
    public var maximum: UInt64 = 0
    /// How often the limit was hit.
    public var failures: UInt64 = 0
    /// The container's limit or the host's memory, whichever is less.
    public var limit: UInt64 = 0
    /// The kernel's own account, by its names (`memory.stat`).
    public var details: [String: UInt64] = [:]

    public init() {}
  }

  public struct Processes: Sendable, Hashable {
    public var current: UInt64
    /// `nil`: none.
    public var limit: UInt64?

    public init(current: UInt64, limit: UInt64?) {
      self.current = current
      self.limit = limit
    }
  }

  public struct BlockCounter: Sendable, Hashable {
    public var major: UInt64
    public var minor: UInt64
    /// The kernel's word: `Read`, `Write`, `Total`, …
    public var operation: String
    public var value: UInt64

    public init(major: UInt64, minor: UInt64, operation: String, value: UInt64) {
      self.major = major
      self.minor = minor
      self.operation = operation
      self.value = value
    }
  }

  public struct InterfaceCounters: Sendable, Hashable {
    public var receivedBytes: UInt64 = 0
    public var receivedPackets: UInt64 = 0
    public var receiveErrors: UInt64 = 0
    public var receiveDrops: UInt64 = 0
    public var sentBytes: UInt64 = 0
    public var sentPackets: UInt64 = 0
    public var sendErrors: UInt64 = 0
    public var sendDrops: UInt64 = 0

    public init() {}
  }
}
