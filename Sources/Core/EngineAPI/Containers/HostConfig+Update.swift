package import EngineModel

extension Wire.HostConfig {
  /// The body of `POST /containers/{id}/update`, which has the resources and the restart policy of a `HostConfig`.
  ///
  /// - Returns: the update, and a warning for each setting that an update does not change.
  /// - Throws: `invalidParameter` with dockerd's message.
  package func update() throws(EngineError) -> (ResourceUpdate, warnings: [String]) {
    var update = ResourceUpdate(resources: try changeable().resources(isUpdate: true), pidsLimit: PidsLimit)
    update.resources.pidsLimit = nil
    if !RestartPolicy.Name.isEmpty { update.restartPolicy = try RestartPolicy.model() }
    var rest = self
    rest.clearChangeable()
    guard rest != Wire.HostConfig() else { return (update, []) }
    return (update, ["Only the limits of cpu, memory, pids and block I/O and the restart policy can be updated."])
  }

  /// Only what an update changes.
  private func changeable() -> Wire.HostConfig {
    var result = Wire.HostConfig()
    result.takeChangeable(from: self)
    return result
  }

  private mutating func clearChangeable() {
    takeChangeable(from: Wire.HostConfig())
    RestartPolicy = Wire.RestartPolicy()
    // Clients send empty lists for settings that they do not change.
    if Binds?.isEmpty ?? false { Binds = nil }
    if DeviceCgroupRules?.isEmpty ?? false { DeviceCgroupRules = nil }
    if DeviceRequests?.isEmpty ?? false { DeviceRequests = nil }
    if KernelMemory == 0 { KernelMemory = nil }
    if KernelMemoryTCP == 0 { KernelMemoryTCP = nil }
  }

  private mutating func takeChangeable(from other: Wire.HostConfig) {
    CpuShares = other.CpuShares
    Memory = other.Memory
    NanoCpus = other.NanoCpus
    BlkioWeight = other.BlkioWeight
    CpuPeriod = other.CpuPeriod
    CpuQuota = other.CpuQuota
    CpuRealtimePeriod = other.CpuRealtimePeriod
    CpuRealtimeRuntime = other.CpuRealtimeRuntime
    CpusetCpus = other.CpusetCpus
    CpusetMems = other.CpusetMems
    MemoryReservation = other.MemoryReservation
    MemorySwap = other.MemorySwap
    PidsLimit = other.PidsLimit
  }
}
