package import JSON

extension Wire {
  /// `ContainerStatsResponse`: a line of `GET /containers/{id}/stats`.
  package struct Stats: Codable, Sendable, Hashable {
    package var name = ""
    package var id = ""
    /// Since version 1.52.
    package var os_type: String?
    package var read = "0001-01-01T00:00:00Z"
    package var preread = "0001-01-01T00:00:00Z"
    package var pids_stats = Processes()
    package var blkio_stats = BlockIO()
    /// Windows only; always present.
    package var num_procs = 0
    package var storage_stats = Empty()
    package var cpu_stats = CPU()
    package var precpu_stats = CPU()
    package var memory_stats = Memory()
    package var networks: [String: Interface]?
    package init() {}

    package struct Processes: Codable, Sendable, Hashable {
      package var current: UInt64?
      package var limit: UInt64?
      package init() {}
    }

    /// Only the first two have values on today's kernels; clients expect all names.
    package struct BlockIO: Codable, Sendable, Hashable {
      @Nullable package var io_service_bytes_recursive: [Entry]?
      @Nullable package var io_serviced_recursive: [Entry]?
      @Nullable package var io_queue_recursive: [Entry]?
      @Nullable package var io_service_time_recursive: [Entry]?
      @Nullable package var io_wait_time_recursive: [Entry]?
      @Nullable package var io_merged_recursive: [Entry]?
      @Nullable package var io_time_recursive: [Entry]?
      @Nullable package var sectors_recursive: [Entry]?
      package init() {}

      package struct Entry: Codable, Sendable, Hashable {
        package var major: UInt64 = 0
        package var minor: UInt64 = 0
        package var op = ""
        package var value: UInt64 = 0
        package init() {}
      }
    }

    /// Nanoseconds.
    package struct CPU: Codable, Sendable, Hashable {
      package var cpu_usage = Usage()
      package var system_cpu_usage: UInt64?
      package var online_cpus: Int?
      package var throttling_data = Throttling()
      package init() {}

      package struct Usage: Codable, Sendable, Hashable {
        package var total_usage: UInt64 = 0
        package var percpu_usage: [UInt64]?
        package var usage_in_kernelmode: UInt64 = 0
        package var usage_in_usermode: UInt64 = 0
        package init() {}
      }

      package struct Throttling: Codable, Sendable, Hashable {
        package var periods: UInt64 = 0
        package var throttled_periods: UInt64 = 0
        package var throttled_time: UInt64 = 0
        package init() {}
      }
    }

    /// Bytes.
    package struct Memory: Codable, Sendable, Hashable {
      package var usage: UInt64?
      package var max_usage: UInt64?
      package var stats: [String: UInt64]?
      package var failcnt: UInt64?
      package var limit: UInt64?
      package init() {}
    }

    package struct Interface: Codable, Sendable, Hashable {
      package var rx_bytes: UInt64 = 0
      package var rx_packets: UInt64 = 0
      package var rx_errors: UInt64 = 0
      package var rx_dropped: UInt64 = 0
      package var tx_bytes: UInt64 = 0
      package var tx_packets: UInt64 = 0
      package var tx_errors: UInt64 = 0
      package var tx_dropped: UInt64 = 0
      package init() {}
    }
  }
}
