/// One sample of a container's cgroups and interfaces. Sizes are in bytes, times in nanoseconds. A counter without its
/// controller stays 0.
public struct ResourceUsage: Sendable, Hashable {
  public var processor = Processor()
  /// `nil` if the host has no memory controller.
  public var memory: Memory?
  public var processes: Processes?
  /// Bytes and operations by block device and direction.
  public var blockBytes: [BlockCounter] = []
  public var blockOperations: [BlockCounter] = []
  /// By interface name in the container, without the loopback.
  public var interfaces: [String: InterfaceCounters] = [:]
  /// The host's total CPU time including idle time, the base for percentages.
  public var hostProcessorTime: UInt64 = 0
  public var onlineProcessors = 0
  /// Whether the values come from cgroup v2, where some fields have another meaning.
  public var isUnified = false

  public init() {}

  public struct Processor: Sendable, Hashable {
    public var total: UInt64 = 0
    public var user: UInt64 = 0
    public var kernel: UInt64 = 0
    /// Empty under cgroup v2.
    public var perProcessor: [UInt64] = []
    /// Periods of the CPU quota, and those in which it was exhausted.
    public var periods: UInt64 = 0
    public var throttledPeriods: UInt64 = 0
    public var throttledTime: UInt64 = 0

    public init() {}
  }

  public struct Memory: Sendable, Hashable {
    public var usage: UInt64 = 0
    /// The maximum so far; 0 under cgroup v2.
    public var maximum: UInt64 = 0
    /// How often the limit was reached.
    public var failures: UInt64 = 0
    /// The smaller of the container's limit and the host's memory.
    public var limit: UInt64 = 0
    /// `memory.stat`, by the kernel's names.
    public var details: [String: UInt64] = [:]

    public init() {}
  }

  public struct Processes: Sendable, Hashable {
    public var current: UInt64
    /// `nil`: no limit.
    public var limit: UInt64?

    public init(current: UInt64, limit: UInt64?) {
      self.current = current
      self.limit = limit
    }
  }

  public struct BlockCounter: Sendable, Hashable {
    public var major: UInt64
    public var minor: UInt64
    /// The kernel's name: `Read`, `Write`, `Total`, ….
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
