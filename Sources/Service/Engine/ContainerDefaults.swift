package import EngineModel
import Kernel

/// Defaults for container options, from the engine's settings: dockerd's `--log-driver`, `--log-opt`,
/// `--default-ulimit`, `--default-shm-size` and `--init`.
package struct ContainerDefaults: Sendable, Hashable {
  /// The options apply to containers that name no driver, or this one.
  package var logConfiguration = LogConfiguration(driver: LogDriver.jsonFile.rawValue)
  package var ulimits: [ResourceLimit] = []
  /// Bytes.
  package var shmSize: Int64 = 64 << 20
  package var usesInit = false

  package init() {}

  /// - Throws: `invalidParameter` for options that the log driver refuses.
  package func check() throws(EngineError) {
    var host = HostConfiguration()
    host.logConfiguration = logConfiguration
    _ = try LogOptions(
      Container(
        id: .random(), name: "", created: .now, configuration: ContainerConfiguration(), host: host, imageID: ""))
  }

  /// Fills in the missing options, as Docker does in its record (moby: `adaptContainerSettings`).
  ///
  /// - Parameter isUnified: the host has only cgroup v2.
  func complete(_ host: inout HostConfiguration, isUnified: Bool) {
    if host.shmSize == 0 { host.shmSize = shmSize }
    if host.ipcMode.isEmpty { host.ipcMode = "private" }
    // With cgroup v1, privileged containers use the host's cgroup namespace.
    if host.cgroupnsMode.isEmpty { host.cgroupnsMode = isUnified && !host.privileged ? "private" : "host" }
    // Docker's default: as much swap as memory.
    if host.resources.memory > 0, host.resources.memorySwap == 0 {
      host.resources.memorySwap = host.resources.memory * 2
    }
    if host.resources.oomKillDisable == nil, !isUnified { host.resources.oomKillDisable = false }
    if host.runInit == nil, usesInit { host.runInit = true }
    if host.logConfiguration.driver.isEmpty { host.logConfiguration.driver = logConfiguration.driver }
    if host.logConfiguration.driver == logConfiguration.driver {
      host.logConfiguration.options.merge(logConfiguration.options) { own, _ in own }
    }
    let own = Set(host.resources.ulimits.map(\.name))
    host.resources.ulimits += ulimits.filter { !own.contains($0.name) }
  }
}
