internal import Addressing
package import EngineModel

extension Wire.HostConfig {
  /// The form that inspect shows. `networkMode` is the mode that the engine resolved.
  package init(_ model: HostConfiguration, networkMode: String) {
    self.init()
    Binds = model.binds.isEmpty ? nil : model.binds
    ContainerIDFile = model.containerIDFile
    LogConfig.`Type` =
      model.logConfiguration.driver.isEmpty ? LogDriver.jsonFile.rawValue : model.logConfiguration.driver
    LogConfig.Config = model.logConfiguration.options
    NetworkMode = networkMode
    PortBindings = PortText.wire(model.portBindings)
    RestartPolicy.Name = model.restartPolicy.name.rawValue
    RestartPolicy.MaximumRetryCount = model.restartPolicy.maximumRetryCount
    AutoRemove = model.autoRemove
    VolumeDriver = model.volumeDriver
    VolumesFrom = model.volumesFrom.isEmpty ? nil : model.volumesFrom
    ConsoleSize = [model.consoleHeight, model.consoleWidth]
    Annotations = model.annotations.isEmpty ? nil : model.annotations
    CapAdd = model.capAdd.isEmpty ? nil : Wire.Words(model.capAdd)
    CapDrop = model.capDrop.isEmpty ? nil : Wire.Words(model.capDrop)
    CgroupnsMode = model.cgroupnsMode
    Dns = model.dns.map(\.description)
    DnsOptions = model.dnsOptions
    DnsSearch = model.dnsSearch
    ExtraHosts = model.extraHosts.isEmpty ? nil : model.extraHosts
    GroupAdd = model.groupAdd.isEmpty ? nil : model.groupAdd
    IpcMode = model.ipcMode
    Links = model.links.isEmpty ? nil : model.links
    OomScoreAdj = model.oomScoreAdjust
    PidMode = model.pidMode
    Privileged = model.privileged
    PublishAllPorts = model.publishAllPorts
    ReadonlyRootfs = model.readonlyRootfs
    SecurityOpt = model.securityOptions.isEmpty ? nil : model.securityOptions
    Tmpfs = model.tmpfs.isEmpty ? nil : model.tmpfs
    UTSMode = model.utsMode
    UsernsMode = model.usernsMode
    ShmSize = model.shmSize == 0 ? 64 * 1024 * 1024 : model.shmSize
    Sysctls = model.sysctls.isEmpty ? nil : model.sysctls
    Runtime = model.runtime
    Mounts = model.mounts.isEmpty ? nil : model.mounts.map(Wire.Mount.init)
    MaskedPaths = model.maskedPaths
    ReadonlyPaths = model.readonlyPaths
    Init = model.runInit
    show(model.resources)
    CgroupParent = model.cgroupParent
  }

  private mutating func show(_ model: Resources) {
    CpuShares = model.cpuShares
    Memory = model.memory
    NanoCpus = model.nanoCPUs
    BlkioWeight = model.blkioWeight
    BlkioWeightDevice = model.blkioWeightDevices.map {
      var device = Wire.WeightDevice()
      device.Path = $0.path
      device.Weight = $0.weight
      return device
    }
    BlkioDeviceReadBps = model.blkioReadBps.map(Wire.ThrottleDevice.init)
    BlkioDeviceWriteBps = model.blkioWriteBps.map(Wire.ThrottleDevice.init)
    BlkioDeviceReadIOps = model.blkioReadIOps.map(Wire.ThrottleDevice.init)
    BlkioDeviceWriteIOps = model.blkioWriteIOps.map(Wire.ThrottleDevice.init)
    CpuPeriod = model.cpuPeriod
    CpuQuota = model.cpuQuota
    CpuRealtimePeriod = model.cpuRealtimePeriod
    CpuRealtimeRuntime = model.cpuRealtimeRuntime
    CpusetCpus = model.cpusetCPUs
    CpusetMems = model.cpusetMems
    Devices = model.devices.map {
      var device = Wire.DeviceMapping()
      device.PathOnHost = $0.pathOnHost
      device.PathInContainer = $0.pathInContainer
      device.CgroupPermissions = $0.permissions
      return device
    }
    DeviceCgroupRules = model.deviceCgroupRules.isEmpty ? nil : model.deviceCgroupRules
    MemoryReservation = model.memoryReservation
    MemorySwap = model.memorySwap
    MemorySwappiness = model.memorySwappiness
    OomKillDisable = model.oomKillDisable
    PidsLimit = model.pidsLimit
    Ulimits = model.ulimits.map {
      var limit = Wire.Ulimit()
      limit.Name = $0.name
      limit.Hard = $0.hard
      limit.Soft = $0.soft
      return limit
    }
  }
}

extension Wire.ThrottleDevice {
  init(_ model: ThrottledDevice) {
    self.init()
    Path = model.path
    Rate = model.rate
  }
}
