public import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// What a running container has used. Reads some twenty files, on a thread of its own.
  ///
  /// - Parameter countsInterfaces: whether the network namespace it runs in is one of containers.
  /// - Returns: `nil` when it does not run.
  public func usage(of id: String, countsInterfaces: Bool) async throws -> ResourceUsage? {
    guard let pid = pid(of: id) else { return nil }
    let groups = cgroups(of: id)
    return try await onDedicatedThread("usage") {
      let tick = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
      var usage = ResourceUsage()
      // Hosts with v1 controllers may have an empty v2 tree beside them.
      if let unified = groups[""], groups["memory"] == nil, groups["cpuacct"] == nil {
        usage.takeUnified { try? readFile("\(unified)/\($0)") }
      } else {
        usage.takeLegacy(tick: tick) { controller, file in groups[controller].flatMap { try? readFile("\($0)/\(file)") }
        }
      }
      let memory = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
      if let limit = usage.memory?.limit { usage.memory?.limit = min(limit, memory) }
      if countsInterfaces, let text = try? readFile("/proc/\(pid)/net/dev") {
        usage.interfaces = UsageText.interfaces(text)
      }
      (usage.hostProcessorTime, usage.onlineProcessors) = UsageText.host(try readFile("/proc/stat"), tick: tick)
      return usage
    }
  }
}
