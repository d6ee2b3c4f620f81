import EngineAPI

/// Formats `info` like Docker's command line.
struct SystemInfoText {
  let info: Wire.SystemInfo

  init(_ info: Wire.SystemInfo) { self.info = info }

  var text: String {
    var lines = [
      "Containers: \(info.Containers)", " Running: \(info.ContainersRunning)", " Paused: \(info.ContainersPaused)",
      " Stopped: \(info.ContainersStopped)", "Images: \(info.Images)", "Server Version: \(info.ServerVersion)",
      "Storage Driver: \(info.Driver)",
    ]
    lines += info.DriverStatus.filter { $0.count == 2 }.map { " \($0[0]): \($0[1])" }
    lines += [
      "Logging Driver: \(info.LoggingDriver)", "Cgroup Driver: \(info.CgroupDriver)",
      "Cgroup Version: \(info.CgroupVersion)", "Plugins:", " Volume: \(info.Plugins.Volume.joined(separator: " "))",
      " Network: \(info.Plugins.Network.joined(separator: " "))", " Log: \(info.Plugins.Log.joined(separator: " "))",
      "Swarm: \(info.Swarm.LocalNodeState)", "Runtimes: \(info.Runtimes.keys.sorted().joined(separator: " "))",
      "Default Runtime: \(info.DefaultRuntime)",
    ]
    if !info.InitBinary.isEmpty { lines.append("Init Binary: \(info.InitBinary)") }
    for (name, commit) in [
      ("containerd", info.ContainerdCommit), ("runc", info.RuncCommit), ("init", info.InitCommit),
    ] where !commit.ID.isEmpty {
      lines.append("\(name) version: \(commit.ID)")
    }
    if !info.SecurityOptions.isEmpty { lines.append("Security Options:") }
    for option in info.SecurityOptions {
      let pairs = KeyValueMap.parse(option.split(separator: ",").map(String.init))
      lines.append(" \(pairs["name"] ?? option)")
      for (key, value) in pairs.sorted(by: { $0.key < $1.key }) where key != "name" {
        lines.append("  \(key == "profile" ? "Profile" : key): \(value)")
      }
    }
    lines += [
      "Kernel Version: \(info.KernelVersion)", "Operating System: \(info.OperatingSystem)", "OSType: \(info.OSType)",
      "Architecture: \(info.Architecture)", "CPUs: \(info.NCPU)",
      "Total Memory: \(HumanText.binarySize(info.MemTotal))", "Name: \(info.Name)", "ID: \(info.ID)",
      "Docker Root Dir: \(info.DockerRootDir)", "Debug Mode: \(info.Debug)",
    ]
    if !info.Labels.isEmpty { lines += ["Labels:"] + info.Labels.map { " \($0)" } }
    lines += [
      "Experimental: \(info.ExperimentalBuild)", "Insecure Registries:",
    ]
    lines += (info.RegistryConfig?.InsecureRegistryCIDRs ?? []).map { " \($0)" }
    let named = (info.RegistryConfig?.IndexConfigs ?? [:]).values.filter { !$0.Secure }.map { " \($0.Name)" }
    lines += named.sorted()
    if let mirrors = info.RegistryConfig?.Mirrors, !mirrors.isEmpty {
      lines += ["Registry Mirrors:"] + mirrors.map { " \($0)" }
    }
    lines.append("Live Restore Enabled: \(info.LiveRestoreEnabled)")
    if let pools = info.DefaultAddressPools, !pools.isEmpty {
      lines += ["Default Address Pools:"] + pools.map { " Base: \($0.Base), Size: \($0.Size)" }
    }
    var text = lines.map { " \($0)\n" }.joined() + "\n"
    for warning in info.Warnings ?? [] { text += warning + "\n" }
    return text
  }
}
