import EngineModel

/// Resource limits. A limit that the host does not support gives a warning and has no effect, as in Docker.
extension SpecificationBuilder {
  /// - Throws: `invalidParameter` with Docker's message for a limit that is out of its range.
  mutating func addResources() throws(EngineError) {
    let resources = hostConfiguration.resources
    var result = specification.linux.resources ?? .init()
    result.memory = try memory(resources)
    result.cpu = try cpu(resources)
    if let limit = resources.pidsLimit, limit != 0 {
      if supports(.pids, "pids limit capabilities or the cgroup is not mounted. PIDs limit discarded.") {
        result.pids = .init(limit: max(limit, -1))
      }
    }
    result.blockIO = try blockIO(resources)
    specification.linux.resources = result
  }

  /// Whether this host supports a limit. If it does not, the function adds a warning with Docker's text.
  private mutating func supports(_ feature: HostFacts.CgroupFeature, _ missing: String) -> Bool {
    if host.cgroupFeatures.contains(feature) { return true }
    warnings.append("Your kernel does not support \(missing)")
    return false
  }

  private mutating func memory(_ resources: Resources) throws(EngineError) -> OCISpecification.Memory? {
    var result = OCISpecification.Memory()
    if resources.memory != 0,
      supports(.memory, "memory limit capabilities or the cgroup is not mounted. Limitation discarded.")
    {
      guard resources.memory >= 6 << 20 else {
        throw EngineError(.invalidParameter, "Minimum memory limit allowed is 6MB")
      }
      result.limit = resources.memory
      if resources.memorySwap > 0, resources.memorySwap < resources.memory {
        throw EngineError(
          .invalidParameter, "Minimum memoryswap limit should be larger than memory limit, see usage")
      }
      if host.cgroupFeatures.contains(.memorySwap) {
        // By default, a container may use as much swap as memory.
        result.swap = resources.memorySwap == 0 ? resources.memory * 2 : resources.memorySwap
      } else if resources.memorySwap != -1 {
        warnings.append(
          "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap."
        )
      }
    } else if resources.memory == 0, resources.memorySwap > 0 {
      throw EngineError(
        .invalidParameter, "You should always set the Memory limit when using Memoryswap limit, see usage")
    }
    if resources.memoryReservation != 0 {
      if resources.memory > 0, resources.memory < resources.memoryReservation {
        throw EngineError(
          .invalidParameter, "Minimum memory limit can not be less than memory reservation limit, see usage")
      }
      if supports(
        .memoryReservation, "memory soft limit capabilities or the cgroup is not mounted. Limitation discarded.")
      {
        result.reservation = resources.memoryReservation
      }
    }
    if let swappiness = resources.memorySwappiness, swappiness != -1 {
      guard (0...100).contains(swappiness) else {
        throw EngineError(
          .invalidParameter, "Invalid value: \(swappiness), valid memory swappiness range is 0-100")
      }
      if supports(
        .memorySwappiness, "memory swappiness capabilities, or the cgroup is not mounted. Memory swappiness discarded.")
      {
        result.swappiness = UInt64(swappiness)
      }
    }
    if resources.oomKillDisable == true, resources.memory == 0, host.cgroupFeatures.contains(.oomKillDisable) {
      warnings.append(
        "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running"
          + " out of resources.")
    }
    if resources.oomKillDisable == true, supports(.oomKillDisable, "OomKillDisable. OomKillDisable discarded.") {
      result.disableOOMKiller = true
    }
    return result == .init() ? nil : result
  }

  private mutating func cpu(_ resources: Resources) throws(EngineError) -> OCISpecification.CPU? {
    var result = OCISpecification.CPU()
    guard resources.cpuShares >= 0 else {
      throw EngineError(
        .invalidParameter, "invalid CPU shares (\(resources.cpuShares)): value must be a positive integer")
    }
    if resources.cpuShares > 0, supports(.cpuShares, "CPU shares or the cgroup is not mounted. Shares discarded.") {
      result.shares = UInt64(resources.cpuShares)
    }
    guard resources.nanoCPUs <= Int64(host.processors) * 1_000_000_000 else {
      throw EngineError(
        .invalidParameter,
        "Range of CPUs is from 0.01 to \(host.processors).00, as there are only \(host.processors) CPUs available")
    }
    if resources.nanoCPUs > 0, resources.cpuPeriod > 0 || resources.cpuQuota > 0 {
      throw EngineError(
        .invalidParameter,
        "Conflicting options: Nano CPUs and CPU \(resources.cpuPeriod > 0 ? "Period" : "Quota") cannot both be set")
    }
    if resources.nanoCPUs > 0 || resources.cpuPeriod > 0 || resources.cpuQuota > 0,
      supports(.cpuQuota, "CPU CFS scheduler. CPU period/quota discarded.")
    {
      if resources.nanoCPUs > 0 {
        result.period = 100_000
        result.quota = resources.nanoCPUs / 10_000
      }
      if resources.cpuPeriod > 0 {
        guard (1_000...1_000_000).contains(resources.cpuPeriod) else {
          throw EngineError(
            .invalidParameter, "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
        }
        result.period = UInt64(resources.cpuPeriod)
      }
      if resources.cpuQuota > 0 {
        guard resources.cpuQuota >= 1_000 else {
          throw EngineError(.invalidParameter, "CPU cfs quota can not be less than 1ms (i.e. 1000)")
        }
        result.quota = resources.cpuQuota
      }
    }
    if resources.cpuRealtimePeriod != 0 || resources.cpuRealtimeRuntime != 0 {
      guard host.cgroupFeatures.contains(.cpuRealtime) else {
        throw EngineError(.invalidParameter, "kernel does not support CPU real-time scheduler")
      }
      if resources.cpuRealtimePeriod > 0 { result.realtimePeriod = UInt64(resources.cpuRealtimePeriod) }
      if resources.cpuRealtimeRuntime != 0 { result.realtimeRuntime = resources.cpuRealtimeRuntime }
    }
    if !resources.cpusetCPUs.isEmpty || !resources.cpusetMems.isEmpty,
      supports(.cpuset, "cpuset or the cgroup is not mounted. Cpuset discarded.")
    {
      try checkCPUSet(resources.cpusetCPUs, host.availableCPUs, "cpus", "CPUs")
      try checkCPUSet(resources.cpusetMems, host.availableMems, "mems", "memory nodes")
      if !resources.cpusetCPUs.isEmpty { result.cpus = resources.cpusetCPUs }
      if !resources.cpusetMems.isEmpty { result.mems = resources.cpusetMems }
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

  private mutating func blockIO(_ resources: Resources) throws(EngineError) -> OCISpecification.BlockIO? {
    var result = OCISpecification.BlockIO()
    if resources.blkioWeight > 0 || !resources.blkioWeightDevices.isEmpty {
      guard resources.blkioWeight == 0 || (10...1000).contains(resources.blkioWeight) else {
        throw EngineError(.invalidParameter, "Range of blkio weight is from 10 to 1000")
      }
      let what = resources.blkioWeight > 0 ? "weight" : "weight_device"
      let discarded = resources.blkioWeight > 0 ? "Weight" : "Weight-device"
      if supports(.blkioWeight, "Block I/O \(what) or the cgroup is not mounted. \(discarded) discarded.") {
        result.weight = resources.blkioWeight > 0 ? resources.blkioWeight : nil
        var weights: [OCISpecification.BlockIO.Weight] = []
        for device in resources.blkioWeightDevices {
          let found = try blockDevice(device.path)
          weights.append(.init(major: found.major, minor: found.minor, weight: device.weight))
        }
        result.weightDevice = weights.isEmpty ? nil : weights
      }
    }
    let limits = [resources.blkioReadBps, resources.blkioWriteBps, resources.blkioReadIOps, resources.blkioWriteIOps]
    if limits.contains(where: { !$0.isEmpty }),
      supports(.blkioThrottle, "BPS Block I/O limit or the cgroup is not mounted. Block I/O BPS limit discarded.")
    {
      result.throttleReadBpsDevice = try throttles(resources.blkioReadBps)
      result.throttleWriteBpsDevice = try throttles(resources.blkioWriteBps)
      result.throttleReadIOPSDevice = try throttles(resources.blkioReadIOps)
      result.throttleWriteIOPSDevice = try throttles(resources.blkioWriteIOps)
    }
    return result == .init() ? nil : result
  }

  private func throttles(_ devices: [ThrottledDevice]) throws(EngineError) -> [OCISpecification.BlockIO.Throttle]? {
    var result: [OCISpecification.BlockIO.Throttle] = []
    for device in devices {
      let found = try blockDevice(device.path)
      result.append(.init(major: found.major, minor: found.minor, rate: device.rate))
    }
    return result.isEmpty ? nil : result
  }

  /// The numbers of a device that the caller looked up.
  private func blockDevice(_ path: String) throws(EngineError) -> OCISpecification.Device {
    guard let device = request.devices[path]?.first else {
      throw EngineError(.invalidParameter, "stat \(path): no such file or directory")
    }
    return device
  }
}
