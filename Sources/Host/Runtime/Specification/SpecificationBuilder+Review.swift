public import EngineModel

extension OCISpecification {
  /// What of a description this host cannot honour, told before the container is made. Of values alone.
  ///
  /// - Parameter devices: those that ``HostDevices/named(in:)`` finds.
  /// - Returns: warnings.
  /// - Throws: `invalidParameter` in Docker's words where a warning is not enough.
  public static func review(
    _ wanted: HostConfiguration, host: HostFacts, devices: [String: [Device]]
  ) throws(EngineError) -> [String] {
    var builder = try SpecificationBuilder(limitsOf: wanted, host: host, devices: devices)
    try builder.checkModes()
    try builder.checkSysctls()
    try builder.checkCgroupParent()
    _ = try builder.deviceRules()
    try builder.addResources()
    try builder.addLimits()
    try builder.addLabels()
    try builder.checkInit()
    for (path, options) in wanted.tmpfs.sorted(by: { $0.key < $1.key }) {
      _ = try builder.temporary(path, options.split(separator: ",").map(String.init))
    }
    return builder.warnings
  }

  /// All limits that an update gives to processes that run.
  public static func limits(
    of wanted: HostConfiguration, host: HostFacts, devices: [String: [Device]]
  ) throws(EngineError) -> Resources {
    var builder = try SpecificationBuilder(limitsOf: wanted, host: host, devices: devices)
    try builder.addResources()
    var result = builder.specification.linux.resources ?? Resources()
    // Nothing said means no change to an update; that a limit is gone must be said.
    if result.pids == nil { result.pids = .init(limit: -1) }
    return result
  }
}

extension SpecificationBuilder {
  /// For the half of a description that concerns the host alone.
  fileprivate init(
    limitsOf wanted: HostConfiguration, host: HostFacts, devices: [String: [OCISpecification.Device]]
  ) throws(EngineError) {
    let container = Container(
      id: .random(), name: "", created: Timestamp(nanoseconds: 0), configuration: ContainerConfiguration(),
      host: wanted, imageID: "", arguments: ["-"])
    let network: SpecificationRequest.Network = wanted.networkMode == .host ? .host : .new
    try self.init(
      SpecificationRequest(container: container, rootfs: "", network: network, devices: devices), host: host)
  }
}
