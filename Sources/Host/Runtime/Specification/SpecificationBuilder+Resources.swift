import EngineModel

extension SpecificationBuilder {
  mutating func addResources() throws(EngineError) {
    let wanted = hostConfiguration.resources
    var result = specification.linux.resources ?? .init()
    result.memory = try memory(wanted)
    result.cpu = try cpu(wanted)
    if let limit = wanted.pidsLimit, limit != 0 {
      if has(.pids, "pids limit capabilities or the cgroup is not mounted. PIDs limit discarded.") {
        result.pids = .init(limit: max(limit, -1))
      }
    }
    result.blockIO = try blockIO(wanted)
    specification.linux.resources = result
  }

  /// Whether this host supports a limit. If not, it adds a warning in Docker's words.
  private mutating func has(_ feature: HostFacts.CgroupFeature, _ missing: String) -> Bool {
    if host.cgroupFeatures.contains(feature) { return true }
    warnings.append("Your kernel does not support \(missing)")
    return false
  }

  private mutating func memory(_ wanted: Resources) throws(EngineError) -> OCISpecification.Memory? {
    var result = OCISpecification.Memory()
    if wanted.memory != 0, has(.memory, "memory limit capabilities or the cgroup is not mounted. Limitation discarded.")
    {
      guard wanted.memory >= 6 << 20 else {
        throw EngineError(.invalidParameter, "Minimum memory limit allowed is 6MB")
      }
      result.limit = wanted.memory
      if wanted.memorySwap > 0, wanted.memorySwap < wanted.memory {
        throw EngineError(
          .invalidParameter, "Minimum memoryswap limit should be larger than memory limit, see usage")
      }
      if host.cgroupFeatures.contains(.memorySwap) {
        // By default, as much swap as memory.
        result.swap = wanted.memorySwap == 0 ? wanted.memory * 2 : wanted.memorySwap
      } else if wanted.memorySwap != -1 {
        warnings.append(
          "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap."
        )
      }
    } else if wanted.memory == 0, wanted.memorySwap > 0 {
      throw EngineError(
        .invalidParameter, "You should always set the Memory limit when using Memoryswap limit, see usage")
    }
    if wanted.memoryReservation != 0 {
      if wanted.memory > 0, wanted.memory < wanted.memoryReservation {
        throw EngineError(
          .invalidParameter, "Minimum memory limit can not be less than memory reservation limit, see usage")
      }
      if has(.memoryReservation, "memory soft limit capabilities or the cgroup is not mounted. Limitation discarded.") {
        result.reservation = wanted.memoryReservation
      }
    }
    if let swappiness = wanted.memorySwappiness, swappiness != -1 {
      guard (0...100).contains(swappiness) else {
        throw EngineError(
          .invalidParameter, "Invalid value: \(swappiness), valid memory swappiness range is 0-100")
      }
      if has(
        .memorySwappiness, "memory swappiness capabilities, or the cgroup is not mounted. Memory swappiness discarded.")
      {
        result.swappiness = UInt64(swappiness)
      }
    }
    if wanted.oomKillDisable == true, wanted.memory == 0, host.cgroupFeatures.contains(.oomKillDisable) {
      warnings.append(
        "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running"
          + " out of resources.")
    }
    if wanted.oomKillDisable == true, has(.oomKillDisable, "OomKillDisable. OomKillDisable discarded.") {
      result.disableOOMKiller = true
    }
    return result == .init() ? nil : result
  }

  private mutating func cpu(_ wanted: Resources) throws(EngineError) -> OCISpecification.CPU? {
    var result = OCISpecification.CPU()
    guard wanted.cpuShares >= 0 else {
      throw EngineError(.invalidParameter, "invalid CPU shares (\(wanted.cpuShares)): value must be a positive integer")
    }
    if wanted.cpuShares > 0, has(.cpuShares, "CPU shares or the cgroup is not mounted. Shares discarded.") {
      result.shares = UInt64(wanted.cpuShares)
    }
    guard wanted.nanoCPUs <= Int64(host.processors) * 1_000_000_000 else {
      throw EngineError(
        .invalidParameter,
        "Range of CPUs is from 0.01 to \(host.processors).00, as there are only \(host.processors) CPUs available")
    }
    if wanted.nanoCPUs > 0, wanted.cpuPeriod > 0 || wanted.cpuQuota > 0 {
      throw EngineError(
        .invalidParameter,
        "Conflicting options: Nano CPUs and CPU \(wanted.cpuPeriod > 0 ? "Period" : "Quota") cannot both be set")
    }
    if wanted.nanoCPUs > 0 || wanted.cpuPeriod > 0 || wanted.cpuQuota > 0,
      has(.cpuQuota, "CPU CFS scheduler. CPU period/quota discarded.")
    {
      if wanted.nanoCPUs > 0 {
        result.period = 100_000
        result.quota = wanted.nanoCPUs / 10_000
      }
      if wanted.cpuPeriod > 0 {
        guard (1_000...1_000_000).contains(wanted.cpuPeriod) else {
          throw EngineError(
            .invalidParameter, "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
        }
        result.period = UInt64(wanted.cpuPeriod)
      }
      if wanted.cpuQuota > 0 {
        guard wanted.cpuQuota >= 1_000 else {
          throw EngineError(.invalidParameter, "CPU cfs quota can not be less than 1ms (i.e. 1000)")
        }
        result.quota = wanted.cpuQuota
      }
    }
    if wanted.cpuRealtimePeriod != 0 || wanted.cpuRealtimeRuntime != 0 {
      guard host.cgroupFeatures.contains(.cpuRealtime) else {
        throw EngineError(.invalidParameter, "kernel does not support CPU real-time scheduler")
      }
      if wanted.cpuRealtimePeriod > 0 { result.realtimePeriod = UInt64(wanted.cpuRealtimePeriod) }
      if wanted.cpuRealtimeRuntime != 0 { result.realtimeRuntime = wanted.cpuRealtimeRuntime }
    }
    if !wanted.cpusetCPUs.isEmpty || !wanted.cpusetMems.isEmpty,
      has(.cpuset, "cpuset or the cgroup is not mounted. Cpuset discarded.")
    {
      try checkCPUSet(wanted.cpusetCPUs, host.availableCPUs, "cpus", "CPUs")
      try checkCPUSet(wanted.cpusetMems, host.availableMems, "mems", "memory nodes")
      if !wanted.cpusetCPUs.isEmpty { result.cpus = wanted.cpusetCPUs }
      if !wanted.cpusetMems.isEmpty { result.mems = wanted.cpusetMems }
    }
    return result == .init() ? nil : result
  }

  /// Checks a cpuset list (cpuset(7)) against the CPUs or memory nodes of the host.
  private func checkCPUSet(
    _ requested: String, _ available: String, _ field: String, _ what: String
  ) throws(EngineError) {
    guard !requested.isEmpty else { return }
    guard let list = CPUList(requested) else {
      throw EngineError(.invalidParameter, "Invalid value \(requested) for cpuset \(field)")
    }
    if let online = CPUList(available), !list.isSubset(of: online) {
      throw EngineError(
        .invalidParameter, "Requested \(what) are not available - requested \(requested), available: \(available)")
    }
  }

  private mutating func blockIO(_ wanted: Resources) throws(EngineError) -> OCISpecification.BlockIO? {
    var result = OCISpecification.BlockIO()
    if wanted.blkioWeight > 0 || !wanted.blkioWeightDevices.isEmpty {
      guard wanted.blkioWeight == 0 || (10...1000).contains(wanted.blkioWeight) else {
        throw EngineError(.invalidParameter, "Range of blkio weight is from 10 to 1000")
      }
      let what = wanted.blkioWeight > 0 ? "weight" : "weight_device"
      let discarded = wanted.blkioWeight > 0 ? "Weight" : "Weight-device"
      if has(.blkioWeight, "Block I/O \(what) or the cgroup is not mounted. \(discarded) discarded.") {
        result.weight = wanted.blkioWeight > 0 ? wanted.blkioWeight : nil
        var weights: [OCISpecification.BlockIO.Weight] = []
        for device in wanted.blkioWeightDevices {
          let found = try block(device.path)
          weights.append(.init(major: found.major, minor: found.minor, weight: device.weight))
        }
        result.weightDevice = weights.isEmpty ? nil : weights
      }
    }
    let throttles = [wanted.blkioReadBps, wanted.blkioWriteBps, wanted.blkioReadIOps, wanted.blkioWriteIOps]
    if throttles.contains(where: { !$0.isEmpty }),
      has(.blkioThrottle, "BPS Block I/O limit or the cgroup is not mounted. Block I/O BPS limit discarded.")
    {
      result.throttleReadBpsDevice = try throttle(wanted.blkioReadBps)
      result.throttleWriteBpsDevice = try throttle(wanted.blkioWriteBps)
      result.throttleReadIOPSDevice = try throttle(wanted.blkioReadIOps)
      result.throttleWriteIOPSDevice = try throttle(wanted.blkioWriteIOps)
    }
    return result == .init() ? nil : result
  }

  private func throttle(_ devices: [ThrottledDevice]) throws(EngineError) -> [OCISpecification.BlockIO.Throttle]? {
    var result: [OCISpecification.BlockIO.Throttle] = []
    for device in devices {
      let found = try block(device.path)
      result.append(.init(major: found.major, minor: found.minor, rate: device.rate))
    }
    return result.isEmpty ? nil : result
  }

  private func block(_ path: String) throws(EngineError) -> OCISpecification.Device {
    guard let device = request.devices[path]?.first else {
      throw EngineError(.invalidParameter, "stat \(path): no such file or directory")
    }
    return device
  }
}
