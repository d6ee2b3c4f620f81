/// One sample of a container's cgroups and interfaces. Sizes are in bytes, times in nanoseconds. A counter without its
/// controller stays 0.
package struct ResourceUsage: Sendable, Hashable {
  package var processor = Processor()
  /// `nil` if the host has no memory controller.
  package var memory: Memory?
  package var processes: Processes?
  /// Bytes and operations by block device and direction.
  package var blockBytes: [BlockCounter] = []
  package var blockOperations: [BlockCounter] = []
  /// By interface name in the container, without the loopback.
  package var interfaces: [String: InterfaceCounters] = [:]
  /// The host's total CPU time including idle time, the base for percentages.
  package var hostProcessorTime: UInt64 = 0
  package var onlineProcessors = 0
  /// Whether the values come from cgroup v2, where some fields have another meaning.
  package var isUnified = false

  package init() {}

  package struct Processor: Sendable, Hashable {
    package var total: UInt64 = 0
    package var user: UInt64 = 0
    package var kernel: UInt64 = 0
    /// Empty under cgroup v2.
    package var perProcessor: [UInt64] = []
    /// Periods of the CPU quota, and those in which it was exhausted.
    package var periods: UInt64 = 0
    package var throttledPeriods: UInt64 = 0
    package var throttledTime: UInt64 = 0

    package init() {}
  }

  package struct Memory: Sendable, Hashable {
    package var usage: UInt64 = 0
    /// The maximum so far; 0 under cgroup v2.
    package var maximum: UInt64 = 0
    /// How often the limit was reached.
    package var failures: UInt64 = 0
    /// The smaller of the container's limit and the host's memory.
    package var limit: UInt64 = 0
    /// `memory.stat`, by the kernel's names.
    package var details: [String: UInt64] = [:]

    package init() {}
  }

  package struct Processes: Sendable, Hashable {
    package var current: UInt64
    /// `nil`: no limit.
    package var limit: UInt64?

    package init(current: UInt64, limit: UInt64?) {
      self.current = current
      self.limit = limit
    }
  }

  package struct BlockCounter: Sendable, Hashable {
    package var major: UInt64
    package var minor: UInt64
    /// The kernel's name: `Read`, `Write`, `Total`, ….
    package var operation: String
    package var value: UInt64

    package init(major: UInt64, minor: UInt64, operation: String, value: UInt64) {
      self.major = major
      self.minor = minor
      self.operation = operation
      self.value = value
    }
  }

  package struct InterfaceCounters: Sendable, Hashable {
    package var receivedBytes: UInt64 = 0
    package var receivedPackets: UInt64 = 0
    package var receiveErrors: UInt64 = 0
    package var receiveDrops: UInt64 = 0
    package var sentBytes: UInt64 = 0
    package var sentPackets: UInt64 = 0
    package var sendErrors: UInt64 = 0
    package var sendDrops: UInt64 = 0

    package init() {}
  }
}
