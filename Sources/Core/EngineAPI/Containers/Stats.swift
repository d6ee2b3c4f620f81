public import JSON

extension Wire {
  /// `ContainerStatsResponse`: a line of `GET /containers/{id}/stats`.
  public struct Stats: Codable, Sendable, Hashable {
    public var name = ""
    public var id = ""
    public var read = "0001-01-01T00:00:00Z"
    public var preread = "0001-01-01T00:00:00Z"
    public var pids_stats = Processes()
    public var blkio_stats = BlockIO()
    /// Windows only; always present.
    public var num_procs = 0
    public var storage_stats = Empty()
    public var cpu_stats = CPU()
    public var precpu_stats = CPU()
    public var memory_stats = Memory()
    public var networks: [String: Interface]?
    public init() {}

    public struct Processes: Codable, Sendable, Hashable {
      public var current: UInt64?
      public var limit: UInt64?
      public init() {}
    }

    /// Only the first two have values on today's kernels; clients expect all names.
    public struct BlockIO: Codable, Sendable, Hashable {
      @Nullable public var io_service_bytes_recursive: [Entry]?
      @Nullable public var io_serviced_recursive: [Entry]?
      @Nullable public var io_queue_recursive: [Entry]?
      @Nullable public var io_service_time_recursive: [Entry]?
      @Nullable public var io_wait_time_recursive: [Entry]?
      @Nullable public var io_merged_recursive: [Entry]?
      @Nullable public var io_time_recursive: [Entry]?
      @Nullable public var sectors_recursive: [Entry]?
      public init() {}

      public struct Entry: Codable, Sendable, Hashable {
        public var major: UInt64 = 0
        public var minor: UInt64 = 0
        public var op = ""
        public var value: UInt64 = 0
        public init() {}
      }
    }

    /// Nanoseconds.
    public struct CPU: Codable, Sendable, Hashable {
      public var cpu_usage = Usage()
      public var system_cpu_usage: UInt64?
      public var online_cpus: Int?
      public var throttling_data = Throttling()
      public init() {}

      public struct Usage: Codable, Sendable, Hashable {
        public var total_usage: UInt64 = 0
        public var percpu_usage: [UInt64]?
        public var usage_in_kernelmode: UInt64 = 0
        public var usage_in_usermode: UInt64 = 0
        public init() {}
      }

      public struct Throttling: Codable, Sendable, Hashable {
        public var periods: UInt64 = 0
        public var throttled_periods: UInt64 = 0
        public var throttled_time: UInt64 = 0
        public init() {}
      }
    }

    /// Bytes.
    public struct Memory: Codable, Sendable, Hashable {
      public var usage: UInt64?
      public var max_usage: UInt64?
      public var stats: [String: UInt64]?
      public var failcnt: UInt64?
      public var limit: UInt64?
      public init() {}
    }

    public struct Interface: Codable, Sendable, Hashable {
      public var rx_bytes: UInt64 = 0
      public var rx_packets: UInt64 = 0
      public var rx_errors: UInt64 = 0
      public var rx_dropped: UInt64 = 0
      public var tx_bytes: UInt64 = 0
      public var tx_packets: UInt64 = 0
      public var tx_errors: UInt64 = 0
      public var tx_dropped: UInt64 = 0
      public init() {}
    }
  }
}
