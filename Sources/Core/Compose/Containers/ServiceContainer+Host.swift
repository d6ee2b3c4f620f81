internal import EngineAPI

extension ServiceContainer {
  func hostConfiguration() throws(ComposeError) -> Wire.HostConfig {
    var host = Wire.HostConfig()
    host.RestartPolicy = restartPolicy
    host.LogConfig.`Type` = node["logging"]?["driver"]?.text ?? ""
    host.LogConfig.Config = node["logging"]?["options"]?.givenTextMap ?? [:]
    host.Annotations = node["annotations"]?.textMap
    host.Privileged = bool("privileged")
    host.CapAdd = texts("cap_add").map(Wire.Words.init)
    host.CapDrop = texts("cap_drop").map(Wire.Words.init)
    host.SecurityOpt = texts("security_opt")
    host.GroupAdd = texts("group_add")
    host.ReadonlyRootfs = bool("read_only")
    host.Init = node["init"]?.bool
    host.IpcMode = resolved(text("ipc"))
    host.PidMode = resolved(text("pid"))
    host.UTSMode = text("uts")
    host.UsernsMode = text("userns_mode")
    host.CgroupnsMode = text("cgroup")
    host.CgroupParent = text("cgroup_parent")
    host.Runtime = node["runtime"]?.text
    host.Sysctls = node["sysctls"]?.textMap
    host.StorageOpt = node["storage_opt"]?.textMap
    host.ShmSize = integer("shm_size")
    host.OomScoreAdj = Int(integer("oom_score_adj"))
    host.Dns = texts("dns")
    host.DnsOptions = texts("dns_opt")
    host.DnsSearch = texts("dns_search")
    host.ExtraHosts = node["extra_hosts"].map { hosts in
      hosts.entries.flatMap { entry in
        entry.value.texts.map { address in
          let bare = address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
          return "\(entry.key):\(bare)"
        }
      }
    }
    addLimits(to: &host)
    addDevices(to: &host)
    return host
  }

  private var restartPolicy: Wire.RestartPolicy {
    var policy = Wire.RestartPolicy()
    if let words = node["restart"]?.text.flatMap({ RestartPolicyText($0) }) {
      policy.Name = words.name
      policy.MaximumRetryCount = words.maximum
    } else if let deploy = node["deploy"]?["restart_policy"] {
      switch deploy["condition"]?.text {
      case "none", "no": policy.Name = "no"
      case "on-failure":
        policy.Name = "on-failure"
        policy.MaximumRetryCount = Int(deploy["max_attempts"]?.integer ?? 0)
      case "unless-stopped": policy.Name = "unless-stopped"
      default: policy.Name = "always"
      }
    }
    return policy
  }

  private func addLimits(to host: inout Wire.HostConfig) {
    let limits = node["deploy"]?["resources"]?["limits"]
    let reservations = node["deploy"]?["resources"]?["reservations"]
    let processors = (limits?["cpus"] ?? node["cpus"])?.text.flatMap(Double.init) ?? 0
    host.NanoCpus = Int64((processors * 1e9).rounded())
    host.Memory = limits?["memory"]?.integer ?? integer("mem_limit")
    host.MemoryReservation = reservations?["memory"]?.integer ?? integer("mem_reservation")
    host.MemorySwap = integer("memswap_limit")
    host.MemorySwappiness = node["mem_swappiness"]?.integer
    host.PidsLimit = limits?["pids"]?.integer ?? node["pids_limit"]?.integer
    host.OomKillDisable = node["oom_kill_disable"]?.bool
    host.CpuShares = integer("cpu_shares")
    host.CpuPeriod = integer("cpu_period")
    host.CpuQuota = integer("cpu_quota")
    host.CpuRealtimePeriod = integer("cpu_rt_period")
    host.CpuRealtimeRuntime = integer("cpu_rt_runtime")
    host.CpuCount = integer("cpu_count")
    host.CpuPercent = integer("cpu_percent")
    host.CpusetCpus = text("cpuset")
    host.Ulimits = Self.ulimits(node["ulimits"])
    guard let block = node["blkio_config"] else { return }
    host.BlkioWeight = UInt16(clamping: block["weight"]?.integer ?? 0)
    host.BlkioWeightDevice = (block["weight_device"]?.items ?? []).map { item in
      var device = Wire.WeightDevice()
      device.Path = item["path"]?.text ?? ""
      device.Weight = UInt16(clamping: item["weight"]?.integer ?? 0)
      return device
    }
    func rates(_ key: String) -> [Wire.ThrottleDevice] {
      (block[key]?.items ?? []).map { item in
        var device = Wire.ThrottleDevice()
        device.Path = item["path"]?.text ?? ""
        device.Rate = UInt64(clamping: item["rate"]?.integer ?? 0)
        return device
      }
    }
    host.BlkioDeviceReadBps = rates("device_read_bps")
    host.BlkioDeviceWriteBps = rates("device_write_bps")
    host.BlkioDeviceReadIOps = rates("device_read_iops")
    host.BlkioDeviceWriteIOps = rates("device_write_iops")
  }

  static func ulimits(_ node: Node?) -> [Wire.Ulimit] {
    (node?.entries ?? []).map { entry in
      var limit = Wire.Ulimit()
      limit.Name = entry.key
      limit.Soft = entry.value.integer ?? entry.value["soft"]?.integer ?? 0
      limit.Hard = entry.value.integer ?? entry.value["hard"]?.integer ?? 0
      return limit
    }
  }

  private func addDevices(to host: inout Wire.HostConfig) {
    host.Devices = (node["devices"]?.items ?? []).map { item in
      var device = Wire.DeviceMapping()
      device.PathOnHost = item["source"]?.text ?? ""
      device.PathInContainer = item["target"]?.text ?? device.PathOnHost
      device.CgroupPermissions = item["permissions"]?.text ?? "rwm"
      return device
    }
    host.DeviceCgroupRules = texts("device_cgroup_rules")
  }
}
