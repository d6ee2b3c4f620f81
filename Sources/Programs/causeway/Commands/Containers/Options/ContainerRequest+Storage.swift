import EngineAPI
import EngineModel

extension ContainerRequest {
  func volumes(_ config: inout Wire.ContainerConfig, _ host: inout Wire.HostConfig) throws(UsageError) {
    var anonymous: [String: Wire.Empty] = [:]
    var binds: [String] = []
    for value in options.all("volume") {
      switch try VolumeArgument(value, workingDirectory: caller.workingDirectory) {
      case .anonymous(let path): anonymous[path] = Wire.Empty()
      case .bind(let bind): binds.append(bind)
      }
    }
    if !anonymous.isEmpty { config.Volumes = anonymous }
    if !binds.isEmpty { host.Binds = binds }
    var mounts: [Wire.Mount] = []
    for value in options.all("mount") {
      let mount = try MountArgument.parse(value, workingDirectory: caller.workingDirectory)
      mounts.append(Self.wire(mount))
    }
    if !mounts.isEmpty { host.Mounts = mounts }
    if options.isSet("tmpfs") {
      var tmpfs: [String: String] = [:]
      for value in options.all("tmpfs") {
        let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        tmpfs[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
      }
      host.Tmpfs = tmpfs
    }
    host.VolumesFrom = words("volumes-from")
    host.VolumeDriver = options.text("volume-driver") ?? ""
  }

  static func wire(_ mount: MountSpecification) -> Wire.Mount {
    func given(_ text: String) -> String? { text.isEmpty ? nil : text }
    func given(_ flag: Bool) -> Bool? { flag ? true : nil }
    var wire = Wire.Mount()
    wire.`Type` = mount.kind.rawValue
    wire.Source = given(mount.source)
    wire.Target = given(mount.target)
    wire.ReadOnly = given(mount.readOnly)
    wire.Consistency = given(mount.consistency)
    if !mount.bindPropagation.isEmpty || mount.bindNonRecursive {
      var bind = Wire.Mount.Bind()
      bind.Propagation = given(mount.bindPropagation)
      bind.NonRecursive = given(mount.bindNonRecursive)
      wire.BindOptions = bind
    }
    let hasDriver = !mount.volumeDriver.isEmpty || !mount.volumeDriverOptions.isEmpty
    if mount.volumeNoCopy || !mount.volumeSubpath.isEmpty || !mount.volumeLabels.isEmpty || hasDriver {
      var volume = Wire.Mount.Volume()
      volume.NoCopy = given(mount.volumeNoCopy)
      volume.Subpath = given(mount.volumeSubpath)
      volume.Labels = mount.volumeLabels.isEmpty ? nil : mount.volumeLabels
      if hasDriver {
        var driver = Wire.Mount.Driver()
        driver.Name = given(mount.volumeDriver)
        driver.Options = mount.volumeDriverOptions.isEmpty ? nil : mount.volumeDriverOptions
        volume.DriverConfig = driver
      }
      wire.VolumeOptions = volume
    }
    if mount.tmpfsSize != 0 || mount.tmpfsMode != 0 {
      var tmpfs = Wire.Mount.Tmpfs()
      tmpfs.SizeBytes = mount.tmpfsSize == 0 ? nil : mount.tmpfsSize
      tmpfs.Mode = mount.tmpfsMode == 0 ? nil : mount.tmpfsMode
      wire.TmpfsOptions = tmpfs
    }
    return wire
  }

  func resources(_ host: inout Wire.HostConfig) throws(UsageError) {
    host.Memory = options.bytes("memory") ?? 0
    host.MemoryReservation = options.bytes("memory-reservation") ?? 0
    host.MemorySwap = options.bytes("memory-swap") ?? 0
    if let swappiness = options.integer("memory-swappiness"), swappiness != -1 {
      guard (0...100).contains(swappiness) else {
        throw .value("invalid value: \(swappiness). Valid memory swappiness range is 0-100")
      }
      host.MemorySwappiness = swappiness
    }
    host.NanoCpus = options.text("cpus").flatMap(NanoCPUs.init)?.nanoseconds ?? 0
    host.CpuShares = options.integer("cpu-shares") ?? 0
    host.CpuPeriod = options.integer("cpu-period") ?? 0
    host.CpuQuota = options.integer("cpu-quota") ?? 0
    host.CpuRealtimePeriod = options.integer("cpu-rt-period") ?? 0
    host.CpuRealtimeRuntime = options.integer("cpu-rt-runtime") ?? 0
    host.CpusetCpus = options.text("cpuset-cpus") ?? ""
    host.CpusetMems = options.text("cpuset-mems") ?? ""
    host.PidsLimit = options.integer("pids-limit")
    host.BlkioWeight = UInt16(clamping: options.integer("blkio-weight") ?? 0)
    host.OomKillDisable = options.isSet("oom-kill-disable") ? options.flag("oom-kill-disable") : nil
    host.OomScoreAdj = Int(options.integer("oom-score-adj") ?? 0)
    host.DeviceCgroupRules = words("device-cgroup-rule")
    host.KernelMemory = options.bytes("kernel-memory")
    host.BlkioDeviceReadBps = try rates("device-read-bps") { ByteSize($0)?.bytes }
    host.BlkioDeviceWriteBps = try rates("device-write-bps") { ByteSize($0)?.bytes }
    host.BlkioDeviceReadIOps = try rates("device-read-iops") { Int64($0) }
    host.BlkioDeviceWriteIOps = try rates("device-write-iops") { Int64($0) }
    host.BlkioWeightDevice = try rates("blkio-weight-device") { UInt16($0).map(Int64.init) }.map { rate in
      var device = Wire.WeightDevice()
      device.Path = rate.Path
      device.Weight = UInt16(clamping: rate.Rate)
      return device
    }
    for value in options.all("device") {
      let mapping = try DeviceArgument.parse(value)
      var device = Wire.DeviceMapping()
      device.PathOnHost = mapping.pathOnHost
      device.PathInContainer = mapping.pathInContainer
      device.CgroupPermissions = mapping.permissions
      host.Devices.append(device)
    }
    let requests = try options.all("gpus").map { text throws(UsageError) in try GPUArgument.parse(text) }
    host.DeviceRequests = requests.isEmpty ? nil : requests
    // The last limit of a name wins.
    var limits: [String: ResourceLimit] = [:]
    for value in options.all("ulimit") {
      let limit = try UlimitArgument.parse(value)
      limits[limit.name] = limit
    }
    host.Ulimits = limits.values.sorted { $0.name < $1.name }.map { limit in
      var wire = Wire.Ulimit()
      wire.Name = limit.name
      wire.Soft = limit.soft
      wire.Hard = limit.hard
      return wire
    }
  }

  /// `path:number`.
  private func rates(_ option: String, _ number: (String) -> Int64?) throws(UsageError) -> [Wire.ThrottleDevice] {
    var devices: [Wire.ThrottleDevice] = []
    for value in options.all(option) {
      let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, parts[0].hasPrefix("/dev/"), let rate = number(parts[1]), rate >= 0 else {
        throw .grammar("invalid argument \(value.quoted) for \(("--" + option).quoted) flag: bad format: \(value)")
      }
      var device = Wire.ThrottleDevice()
      device.Path = parts[0]
      device.Rate = UInt64(rate)
      devices.append(device)
    }
    return devices
  }
}
