package import EngineModel
import Glibc
import Kernel

extension ContainerRuntime {
  /// The resource usage of a running container. Reads about twenty files on a dedicated thread.
  ///
  /// - Parameter countsInterfaces: whether its network namespace belongs to containers.
  /// - Returns: `nil` if it is not running.
  package func usage(of id: String, countsInterfaces: Bool) async throws -> ResourceUsage? {
    guard let pid = pid(of: id) else { return nil }
    let groups = cgroups(of: id)
    return try await onDedicatedThread("usage") {
      let tick = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
      var usage = ResourceUsage()
      // A host with v1 controllers may also have an empty v2 hierarchy.
      if let unified = groups[""], groups["memory"] == nil, groups["cpuacct"] == nil {
        usage.readCgroupV2 { try? readFile("\(unified)/\($0)") }
      } else {
        usage.readCgroupV1(tick: tick) { controller, file in
          groups[controller].flatMap { try? readFile("\($0)/\(file)") }
        }
      }
      let memory = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
      if let limit = usage.memory?.limit { usage.memory?.limit = min(limit, memory) }
      if countsInterfaces, let text = try? readFile("/proc/\(pid)/net/dev") {
        usage.interfaces = UsageFileParser.interfaces(text)
      }
      (usage.hostProcessorTime, usage.onlineProcessors) = UsageFileParser.host(try readFile("/proc/stat"), tick: tick)
      return usage
    }
  }
}
