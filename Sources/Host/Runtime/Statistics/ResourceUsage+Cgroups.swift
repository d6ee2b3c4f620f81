import EngineModel

extension ResourceUsage {
  /// A reading of cgroup v1's controllers.
  ///
  /// - Parameters:
  ///   - read: a file of a controller; `nil` when it is not there.
  ///   - tick: nanoseconds of a clock tick, in which `cpuacct.stat` counts.
  mutating func takeLegacy(tick: UInt64, _ read: (_ controller: String, _ file: String) -> String?) {
    func number(_ controller: String, _ file: String) -> UInt64? { read(controller, file).flatMap(UsageText.number) }
    processor.total = number("cpuacct", "cpuacct.usage") ?? 0
    processor.perProcessor =
      read("cpuacct", "cpuacct.usage_percpu")?.split { $0 == " " || $0 == "\n" }.compactMap { UInt64($0) } ?? []
    let times = UsageText.table(read("cpuacct", "cpuacct.stat") ?? "")
    processor.user = (times["user"] ?? 0) &* tick
    processor.kernel = (times["system"] ?? 0) &* tick
    let quota = UsageText.table(read("cpu", "cpu.stat") ?? "")
    processor.periods = quota["nr_periods"] ?? 0
    processor.throttledPeriods = quota["nr_throttled"] ?? 0
    processor.throttledTime = quota["throttled_time"] ?? 0
    if let usage = number("memory", "memory.usage_in_bytes") {
      var memory = Memory()
      memory.usage = usage
      memory.maximum = number("memory", "memory.max_usage_in_bytes") ?? 0
      memory.failures = number("memory", "memory.failcnt") ?? 0
      memory.limit = number("memory", "memory.limit_in_bytes") ?? .max
      memory.details = UsageText.table(read("memory", "memory.stat") ?? "")
      self.memory = memory
    }
    if let current = number("pids", "pids.current") {
      processes = Processes(current: current, limit: number("pids", "pids.max"))
    }
    blockBytes = Self.legacyBlocks("service_bytes", read)
    blockOperations = Self.legacyBlocks("serviced", read)
  }

  /// The scheduler's own count where a device has that scheduler, the throttle's, which sees every device, otherwise.
  private static func legacyBlocks(
    _ what: String, _ read: (_ controller: String, _ file: String) -> String?
  ) -> [BlockCounter] {
    for file in ["blkio.bfq.io_\(what)_recursive", "blkio.throttle.io_\(what)_recursive", "blkio.throttle.io_\(what)"] {
      let found = UsageText.blockCounters(read("blkio", file) ?? "")
      if !found.isEmpty { return found }
    }
    return []
  }

  /// A reading of a group of cgroup v2.
  mutating func takeUnified(_ read: (_ file: String) -> String?) {
    isUnified = true
    let times = UsageText.table(read("cpu.stat") ?? "")
    func nanoseconds(_ key: String) -> UInt64 { (times[key] ?? 0) &* 1000 }
    processor.total = nanoseconds("usage_usec")
    processor.user = nanoseconds("user_usec")
    processor.kernel = nanoseconds("system_usec")
    processor.periods = times["nr_periods"] ?? 0
    processor.throttledPeriods = times["nr_throttled"] ?? 0
    processor.throttledTime = nanoseconds("throttled_usec")
    if let usage = read("memory.current").flatMap(UsageText.number) {
      var memory = Memory()
      memory.usage = usage
      memory.limit = read("memory.max").flatMap(UsageText.number) ?? .max
      memory.failures = UsageText.table(read("memory.events") ?? "")["oom"] ?? 0
      memory.details = UsageText.table(read("memory.stat") ?? "")
      self.memory = memory
    }
    if let current = read("pids.current").flatMap(UsageText.number) {
      processes = Processes(current: current, limit: read("pids.max").flatMap(UsageText.number))
    }
    blockBytes = UsageText.unifiedBlockBytes(read("io.stat") ?? "")
  }
}
