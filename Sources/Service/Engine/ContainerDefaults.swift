public import EngineModel

/// What a container has where its own description is silent, as the engine was told: dockerd's `--log-driver`,
/// `--log-opt`, `--default-ulimit`, `--default-shm-size` and `--init`.
public struct ContainerDefaults: Sendable, Hashable {
  /// Options count for containers that name no driver, or this one.
  public var logConfiguration = LogConfiguration(driver: "json-file")
  public var ulimits: [ResourceLimit] = []
  /// Bytes.
  public var shmSize: Int64 = 64 << 20
  public var usesInit = false

  public init() {}

  /// - Throws: `invalidParameter` when no container could be logged so.
  public func check() throws(EngineError) {
    var host = HostConfiguration()
    host.logConfiguration = logConfiguration
    _ = try LogOptions(
      Container(
        id: .random(), name: "", created: .now, configuration: ContainerConfiguration(), host: host, imageID: ""))
  }

  /// Fills in what nobody said, as Docker writes it into the record (moby: `adaptContainerSettings`).
  ///
  /// - Parameter isUnified: control groups are those of version 2 alone.
  func complete(_ host: inout HostConfiguration, isUnified: Bool) {
    if host.shmSize == 0 { host.shmSize = shmSize }
    if host.ipcMode.isEmpty { host.ipcMode = "private" }
    // Privileged containers of old look into the host's groups.
    if host.cgroupnsMode.isEmpty { host.cgroupnsMode = isUnified && !host.privileged ? "private" : "host" }
    // As much swap as memory.
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
