internal import EngineModel

extension Wire.HostConfig {
  /// - Parameter isUpdate: an update may set memory with swap alone, because the container may already have a memory
  ///   limit.
  func resources(isUpdate: Bool = false) throws(EngineError) -> Resources {
    try checkResources(isUpdate)
    var model = Resources()
    model.memory = Memory
    model.memoryReservation = MemoryReservation
    model.memorySwap = MemorySwap
    model.memorySwappiness = MemorySwappiness == -1 ? nil : MemorySwappiness
    model.nanoCPUs = NanoCpus
    model.cpuShares = CpuShares
    model.cpuPeriod = CpuPeriod
    model.cpuQuota = CpuQuota
    model.cpuRealtimePeriod = CpuRealtimePeriod
    model.cpuRealtimeRuntime = CpuRealtimeRuntime
    model.cpusetCPUs = CpusetCpus
    model.cpusetMems = CpusetMems
    model.pidsLimit = PidsLimit.flatMap { $0 <= 0 ? nil : $0 }
    model.blkioWeight = BlkioWeight
    model.blkioWeightDevices = BlkioWeightDevice.map { WeightedDevice(path: $0.Path, weight: $0.Weight) }
    model.blkioReadBps = BlkioDeviceReadBps.map { ThrottledDevice(path: $0.Path, rate: $0.Rate) }
    model.blkioWriteBps = BlkioDeviceWriteBps.map { ThrottledDevice(path: $0.Path, rate: $0.Rate) }
    model.blkioReadIOps = BlkioDeviceReadIOps.map { ThrottledDevice(path: $0.Path, rate: $0.Rate) }
    model.blkioWriteIOps = BlkioDeviceWriteIOps.map { ThrottledDevice(path: $0.Path, rate: $0.Rate) }
    model.oomKillDisable = OomKillDisable
    for device in Devices {
      try TextChecks.invalid(!device.PathOnHost.hasPrefix("/"), "\(device.PathOnHost) is not an absolute path")
      try TextChecks.invalid(
        !device.CgroupPermissions.allSatisfy { "rwm".contains($0) },
        "invalid device mode: \(device.CgroupPermissions)")
      model.devices.append(
        DeviceMapping(
          pathOnHost: device.PathOnHost,
          pathInContainer: device.PathInContainer.isEmpty ? device.PathOnHost : device.PathInContainer,
          permissions: device.CgroupPermissions.isEmpty ? "rwm" : device.CgroupPermissions))
    }
    model.deviceCgroupRules = DeviceCgroupRules ?? []
    for limit in Ulimits {
      try TextChecks.word(limit.Name, as: "ulimit type")
      try TextChecks.invalid(
        limit.Hard != -1 && limit.Soft > limit.Hard,
        "ulimit soft limit must be less than or equal to hard limit: \(limit.Soft) > \(limit.Hard)")
      model.ulimits.append(ResourceLimit(name: limit.Name, soft: limit.Soft, hard: limit.Hard))
    }
    return model
  }

  /// The bounds that dockerd sets in `verifyPlatformContainerResources`.
  private func checkResources(_ isUpdate: Bool) throws(EngineError) {
    try TextChecks.invalid(
      Memory != 0 && Memory < 6 * 1024 * 1024, "Minimum memory limit allowed is 6MB")
    try TextChecks.invalid(
      Memory > 0 && MemorySwap > 0 && MemorySwap < Memory,
      "Minimum memoryswap limit should be larger than memory limit, see usage")
    try TextChecks.invalid(
      !isUpdate && Memory == 0 && MemorySwap > 0,
      "You should always set the Memory limit when using Memoryswap limit, see usage")
    try TextChecks.invalid(
      MemorySwappiness.map { $0 != -1 && !(0...100).contains($0) } ?? false,
      "Invalid value: \(MemorySwappiness ?? 0), valid memory swappiness range is 0-100")
    try TextChecks.invalid(
      MemoryReservation != 0 && MemoryReservation < 6 * 1024 * 1024, "Minimum memory reservation allowed is 6MB")
    try TextChecks.invalid(
      Memory > 0 && MemoryReservation > Memory,
      "Minimum memory limit can not be less than memory reservation limit, see usage")
    try TextChecks.invalid(
      NanoCpus != 0 && (CpuPeriod != 0 || CpuQuota != 0),
      "Conflicting options: Nano CPUs and CPU \(CpuPeriod != 0 ? "Period" : "Quota") cannot both be set")
    try TextChecks.invalid(NanoCpus < 0, "Range of CPUs is from 0.01")
    try TextChecks.invalid(CpuShares < 0, "invalid CPU shares (\(CpuShares)): value must be a positive integer")
    try TextChecks.invalid(
      CpuPeriod != 0 && !(1_000...1_000_000).contains(CpuPeriod),
      "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
    try TextChecks.invalid(
      CpuQuota > 0 && CpuQuota < 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)")
    try TextChecks.invalid(
      BlkioWeight != 0 && !(10...1000).contains(BlkioWeight), "Range of blkio weight is from 10 to 1000")
  }
}
