package import EngineModel

/// The limits on what a container may use, as its record holds them.
package struct ResourcesRecord: Codable, Hashable, Sendable {
  let memory: Int64
  let memoryReservation: Int64
  let memorySwap: Int64
  let memorySwappiness: Int64?
  let nanoCPUs: Int64
  let cpuShares: Int64
  let cpuPeriod: Int64
  let cpuQuota: Int64
  let cpuRealtimePeriod: Int64
  let cpuRealtimeRuntime: Int64
  let cpusetCPUs: String
  let cpusetMems: String
  let pidsLimit: Int64?
  let blkioWeight: UInt16
  let blkioWeightDevices: [WeightedDeviceRecord]
  let blkioReadBps: [ThrottledDeviceRecord]
  let blkioWriteBps: [ThrottledDeviceRecord]
  let blkioReadIOps: [ThrottledDeviceRecord]
  let blkioWriteIOps: [ThrottledDeviceRecord]
  let oomKillDisable: Bool?
  let devices: [DeviceMappingRecord]
  let deviceCgroupRules: [String]
  let ulimits: [ResourceLimitRecord]

  private enum CodingKeys: String, CodingKey {
    case memory
    case memoryReservation
    case memorySwap
    case memorySwappiness
    case nanoCPUs
    case cpuShares
    case cpuPeriod
    case cpuQuota
    case cpuRealtimePeriod
    case cpuRealtimeRuntime
    case cpusetCPUs
    case cpusetMems
    case pidsLimit
    case blkioWeight
    case blkioWeightDevices
    case blkioReadBps
    case blkioWriteBps
    case blkioReadIOps
    case blkioWriteIOps
    case oomKillDisable
    case devices
    case deviceCgroupRules
    case ulimits
  }

  package init(_ model: Resources) {
    memory = model.memory
    memoryReservation = model.memoryReservation
    memorySwap = model.memorySwap
    memorySwappiness = model.memorySwappiness
    nanoCPUs = model.nanoCPUs
    cpuShares = model.cpuShares
    cpuPeriod = model.cpuPeriod
    cpuQuota = model.cpuQuota
    cpuRealtimePeriod = model.cpuRealtimePeriod
    cpuRealtimeRuntime = model.cpuRealtimeRuntime
    cpusetCPUs = model.cpusetCPUs
    cpusetMems = model.cpusetMems
    pidsLimit = model.pidsLimit
    blkioWeight = model.blkioWeight
    blkioWeightDevices = model.blkioWeightDevices.map(WeightedDeviceRecord.init)
    blkioReadBps = model.blkioReadBps.map(ThrottledDeviceRecord.init)
    blkioWriteBps = model.blkioWriteBps.map(ThrottledDeviceRecord.init)
    blkioReadIOps = model.blkioReadIOps.map(ThrottledDeviceRecord.init)
    blkioWriteIOps = model.blkioWriteIOps.map(ThrottledDeviceRecord.init)
    oomKillDisable = model.oomKillDisable
    devices = model.devices.map(DeviceMappingRecord.init)
    deviceCgroupRules = model.deviceCgroupRules
    ulimits = model.ulimits.map(ResourceLimitRecord.init)
  }

  package var model: Resources {
    var model = Resources()
    model.memory = memory
    model.memoryReservation = memoryReservation
    model.memorySwap = memorySwap
    model.memorySwappiness = memorySwappiness
    model.nanoCPUs = nanoCPUs
    model.cpuShares = cpuShares
    model.cpuPeriod = cpuPeriod
    model.cpuQuota = cpuQuota
    model.cpuRealtimePeriod = cpuRealtimePeriod
    model.cpuRealtimeRuntime = cpuRealtimeRuntime
    model.cpusetCPUs = cpusetCPUs
    model.cpusetMems = cpusetMems
    model.pidsLimit = pidsLimit
    model.blkioWeight = blkioWeight
    model.blkioWeightDevices = blkioWeightDevices.map(\.model)
    model.blkioReadBps = blkioReadBps.map(\.model)
    model.blkioWriteBps = blkioWriteBps.map(\.model)
    model.blkioReadIOps = blkioReadIOps.map(\.model)
    model.blkioWriteIOps = blkioWriteIOps.map(\.model)
    model.oomKillDisable = oomKillDisable
    model.devices = devices.map(\.model)
    model.deviceCgroupRules = deviceCgroupRules
    model.ulimits = ulimits.map(\.model)
    return model
  }
}
