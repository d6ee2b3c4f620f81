internal import Engine
internal import EngineAPI
internal import EngineModel

extension Wire.Stats {
  /// - Parameter previous: the sample before it. The answer repeats its CPU values, because clients compute CPU shares
  ///   from differences.
  init(_ sample: UsageSample, previous: UsageSample?, version: APIVersion) {
    self.init()
    if version >= APIVersion(1, 52) { os_type = "linux" }
    name = "/" + sample.name
    id = sample.container.rawValue
    // As in Docker, the answer for a container that does not run holds only its name.
    guard let usage = sample.usage else { return }
    read = sample.time.description
    cpu_stats = Wire.Stats.CPU(usage)
    if let previous, let earlier = previous.usage {
      preread = previous.time.description
      precpu_stats = Wire.Stats.CPU(earlier)
    }
    if let processes = usage.processes {
      pids_stats.current = processes.current
      pids_stats.limit = processes.limit ?? (usage.isUnified ? .max : nil)
    }
    blkio_stats.io_service_bytes_recursive = usage.blockBytes.map(Wire.Stats.BlockIO.Entry.init)
    if !usage.isUnified {
      blkio_stats.io_serviced_recursive = usage.blockOperations.map(Wire.Stats.BlockIO.Entry.init)
    }
    if let memory = usage.memory {
      memory_stats.usage = memory.usage
      memory_stats.max_usage = usage.isUnified ? nil : memory.maximum
      memory_stats.failcnt = memory.failures == 0 ? nil : memory.failures
      memory_stats.limit = memory.limit
      memory_stats.stats = memory.details
    }
    if !usage.interfaces.isEmpty { networks = usage.interfaces.mapValues(Wire.Stats.Interface.init) }
  }
}

extension Wire.Stats.CPU {
  init(_ usage: ResourceUsage) {
    self.init()
    cpu_usage.total_usage = usage.processor.total
    cpu_usage.usage_in_usermode = usage.processor.user
    cpu_usage.usage_in_kernelmode = usage.processor.kernel
    cpu_usage.percpu_usage = usage.isUnified ? nil : usage.processor.perProcessor
    system_cpu_usage = usage.hostProcessorTime
    online_cpus = usage.onlineProcessors
    throttling_data.periods = usage.processor.periods
    throttling_data.throttled_periods = usage.processor.throttledPeriods
    throttling_data.throttled_time = usage.processor.throttledTime
  }
}

extension Wire.Stats.BlockIO.Entry {
  init(_ counter: ResourceUsage.BlockCounter) {
    self.init()
    major = counter.major
    minor = counter.minor
    op = counter.operation
    value = counter.value
  }
}

extension Wire.Stats.Interface {
  init(_ counters: ResourceUsage.InterfaceCounters) {
    self.init()
    rx_bytes = counters.receivedBytes
    rx_packets = counters.receivedPackets
    rx_errors = counters.receiveErrors
    rx_dropped = counters.receiveDrops
    tx_bytes = counters.sentBytes
    tx_packets = counters.sentPackets
    tx_errors = counters.sendErrors
    tx_dropped = counters.sendDrops
  }
}
