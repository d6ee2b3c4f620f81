package import EngineModel

extension OCISpecification {
  /// Checks a host configuration before the container is created. Pure.
  ///
  /// - Parameter devices: the result of ``HostDevices/named(in:)``.
  /// - Returns: warnings about settings that this host does not support.
  /// - Throws: `invalidParameter` in Docker's words for invalid settings.
  package static func validate(
    _ configuration: HostConfiguration, host: HostFacts, devices: [String: [Device]]
  ) throws(EngineError) -> [String] {
    var builder = try SpecificationBuilder(limitsOf: configuration, host: host, devices: devices)
    try builder.checkModes()
    try builder.checkSysctls()
    try builder.checkCgroupParent()
    _ = try builder.deviceRules()
    try builder.addResources()
    try builder.addLimits()
    try builder.addLabels()
    try builder.checkInit()
    for (path, options) in configuration.tmpfs.sorted(by: { $0.key < $1.key }) {
      _ = try builder.tmpfsMount(path, options.split(separator: ",").map(String.init))
    }
    return builder.warnings
  }

  /// The complete limits for an update of a running container.
  package static func limits(
    of configuration: HostConfiguration, host: HostFacts, devices: [String: [Device]]
  ) throws(EngineError) -> Resources {
    var builder = try SpecificationBuilder(limitsOf: configuration, host: host, devices: devices)
    try builder.addResources()
    var result = builder.specification.linux.resources ?? Resources()
    // In an update, an unset limit stays as it is, so a removed limit must be explicit.
    if result.pids == nil { result.pids = .init(limit: -1) }
    return result
  }
}

extension SpecificationBuilder {
  /// For checks of the host configuration alone.
  fileprivate init(
    limitsOf configuration: HostConfiguration, host: HostFacts, devices: [String: [OCISpecification.Device]]
  ) throws(EngineError) {
    let container = Container(
      id: .random(), name: "", created: Timestamp(nanoseconds: 0), configuration: ContainerConfiguration(),
      host: configuration, imageID: "", arguments: ["-"])
    let network: SpecificationRequest.Network = configuration.networkMode == .host ? .host : .new
    try self.init(
      SpecificationRequest(container: container, rootfs: "", network: network, devices: devices), host: host)
  }
}
