package import EngineModel

extension OCISpecification {
  /// Builds a container's specification. Pure.
  ///
  /// A request that this host cannot fulfil is an error if ignoring it would weaken security or isolation, and a
  /// warning where Docker warns too (an unsupported limit).
  package static func build(
    _ request: SpecificationRequest, host: HostFacts
  ) throws(EngineError) -> BuiltSpecification {
    var builder = try SpecificationBuilder(request, host: host)
    try builder.build()
    return BuiltSpecification(specification: builder.specification, warnings: builder.warnings)
  }
}

/// The steps of ``OCISpecification/build(_:host:)``.
struct SpecificationBuilder {
  let request: SpecificationRequest
  let host: HostFacts
  let security: SecurityOptions
  var specification: OCISpecification
  var warnings: [String] = []

  var configuration: ContainerConfiguration { request.container.configuration }
  var hostConfiguration: HostConfiguration { request.container.host }
  var isPrivileged: Bool { hostConfiguration.privileged }

  init(_ request: SpecificationRequest, host: HostFacts) throws(EngineError) {
    self.request = request
    self.host = host
    security = try SecurityOptions(request.container.host.securityOptions)
    var arguments = request.container.arguments
    if arguments.isEmpty { arguments = request.image.arguments(for: request.container.configuration) }
    guard let program = arguments.first else { throw EngineError(.invalidParameter, "no command specified") }
    guard !program.isEmpty else {
      throw EngineError(
        .invalidParameter,
        "failed to create task for container: failed to create shim task: OCI runtime create failed: "
          + "unable to start container process: exec: \"\": executable file not found in $PATH: unknown")
    }
    specification = OCISpecification(
      process: OCISpecification.Process(args: arguments),
      root: OCISpecification.Root(path: request.rootfs, readonly: request.container.host.readonlyRootfs))
  }

  mutating func build() throws(EngineError) {
    try addNamespaces()
    try addProcess()
    try addMounts()
    try addSecurity()
    try addDevices()
    try addResources()
    try addSysctls()
    if !hostConfiguration.annotations.isEmpty { specification.annotations = hostConfiguration.annotations }
    try checkCgroupParent()
    let parent = hostConfiguration.cgroupParent
    specification.linux.cgroupsPath = "\(parent.isEmpty ? "/causeway" : parent)/\(request.container.id)"
  }
}
