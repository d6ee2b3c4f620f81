import CLinux
import Addressing
import EngineModel
import Images
import Glibc
import Kernel
import NetworkPlan
import Plugins

extension Engine {
  package func information() async -> EngineInformation {
    var result = EngineInformation()
    result.id = hostState.engineID
    result.name = hostState.environment.hostname
    result.containers = state.containers.count
    for container in state.containers.values {
      switch container.state.status {
      case .running, .restarting: result.running += 1
      case .paused: result.paused += 1
      default: result.stopped += 1
      }
    }
    result.images = (try? parts.imageStore?.images.count) ?? 0
    result.dataRoot = configuration.dataRoot
    result.labels = configuration.labels
    if let runtime = try? parts.runtime {
      result.runtimes = configuration.runtimes.filter { runtime.runtimeNames.contains($0.key) }
      result.defaultRuntime = runtime.defaultRuntime
    }
    readSystem(into: &result)
    var drivers: Set = ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"]
    drivers.formUnion(await plugins.names(of: .networkDriver))
    drivers.formUnion(state.networks.values.map(\.driver.rawValue))
    result.networkDrivers = drivers.sorted()
    result.warnings += cleanupWorkers.warnings(state.cleanup)
    if let cluster, !cluster.isConnected { result.warnings.append("WARNING: \(cluster.storeError)") }
    result.logDrivers = LogDriver.names
    result.securityOptions = ["name=seccomp,profile=builtin", "name=cgroupns"]
    result.forwardsIPv4 = (try? readFile("/proc/sys/net/ipv4/ip_forward"))?.trimmed == "1"
    result.addressPools = configuration.addressPools.map { "\($0.base) in parts of /\($0.size)" }
    // The docker command prints these as they are.
    result.warnings += await firewallWarnings().map { "WARNING: \($0)" }
    result.systemTime = "\(Timestamp.now)"
    return result
  }

  private func readSystem(into result: inout EngineInformation) {
    var names = utsname()
    uname(&names)
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    result.kernelRelease = text(names.release)
    result.architecture = text(names.machine)
    result.processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    result.memory = Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))
    result.cgroupVersion = hostState.environment.hasUnifiedCgroups ? "2" : "1"
    result.cgroupDriver = "cgroupfs"
    let release = (try? readFile("/etc/os-release")) ?? ""
    for line in release.split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
      result.operatingSystem = line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
    }
  }
}
