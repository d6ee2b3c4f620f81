import EngineModel

extension ResourceUsage {
  /// Reads the counters of cgroup v1 controllers.
  ///
  /// - Parameters:
  ///   - read: returns a file of a controller; `nil` if it does not exist.
  ///   - tick: the length of a clock tick in nanoseconds, the unit of `cpuacct.stat`.
  mutating func readCgroupV1(tick: UInt64, _ read: (_ controller: String, _ file: String) -> String?) {
    func number(_ controller: String, _ file: String) -> UInt64? {
      read(controller, file).flatMap(UsageFileParser.number)
    }
    processor.total = number("cpuacct", "cpuacct.usage") ?? 0
    processor.perProcessor =
      read("cpuacct", "cpuacct.usage_percpu")?.split { $0 == " " || $0 == "\n" }.compactMap { UInt64($0) } ?? []
    let times = UsageFileParser.table(read("cpuacct", "cpuacct.stat") ?? "")
    processor.user = (times["user"] ?? 0) &* tick
    processor.kernel = (times["system"] ?? 0) &* tick
    let quota = UsageFileParser.table(read("cpu", "cpu.stat") ?? "")
    processor.periods = quota["nr_periods"] ?? 0
    processor.throttledPeriods = quota["nr_throttled"] ?? 0
    processor.throttledTime = quota["throttled_time"] ?? 0
    if let usage = number("memory", "memory.usage_in_bytes") {
      var memory = Memory()
      memory.usage = usage
      memory.maximum = number("memory", "memory.max_usage_in_bytes") ?? 0
      memory.failures = number("memory", "memory.failcnt") ?? 0
      memory.limit = number("memory", "memory.limit_in_bytes") ?? .max
      memory.details = UsageFileParser.table(read("memory", "memory.stat") ?? "")
      self.memory = memory
    }
    if let current = number("pids", "pids.current") {
      processes = Processes(current: current, limit: number("pids", "pids.max"))
    }
    blockBytes = Self.cgroupV1Blocks("service_bytes", read)
    blockOperations = Self.cgroupV1Blocks("serviced", read)
  }

  /// The I/O scheduler's counters if the device has that scheduler; otherwise those of the throttle layer, which sees
  /// every device.
  private static func cgroupV1Blocks(
    _ counter: String, _ read: (_ controller: String, _ file: String) -> String?
  ) -> [BlockCounter] {
    for file in [
      "blkio.bfq.io_\(counter)_recursive", "blkio.throttle.io_\(counter)_recursive", "blkio.throttle.io_\(counter)",
    ] {
      let found = UsageFileParser.blockCounters(read("blkio", file) ?? "")
      if !found.isEmpty { return found }
    }
    return []
  }

  /// Reads the counters of a cgroup v2 group.
  mutating func readCgroupV2(_ read: (_ file: String) -> String?) {
    isUnified = true
    let times = UsageFileParser.table(read("cpu.stat") ?? "")
    func nanoseconds(_ key: String) -> UInt64 { (times[key] ?? 0) &* 1000 }
    processor.total = nanoseconds("usage_usec")
    processor.user = nanoseconds("user_usec")
    processor.kernel = nanoseconds("system_usec")
    processor.periods = times["nr_periods"] ?? 0
    processor.throttledPeriods = times["nr_throttled"] ?? 0
    processor.throttledTime = nanoseconds("throttled_usec")
    if let usage = read("memory.current").flatMap(UsageFileParser.number) {
      var memory = Memory()
      memory.usage = usage
      memory.limit = read("memory.max").flatMap(UsageFileParser.number) ?? .max
      memory.failures = UsageFileParser.table(read("memory.events") ?? "")["oom"] ?? 0
      memory.details = UsageFileParser.table(read("memory.stat") ?? "")
      self.memory = memory
    }
    if let current = read("pids.current").flatMap(UsageFileParser.number) {
      processes = Processes(current: current, limit: read("pids.max").flatMap(UsageFileParser.number))
    }
    blockBytes = UsageFileParser.unifiedBlockBytes(read("io.stat") ?? "")
  }
}
