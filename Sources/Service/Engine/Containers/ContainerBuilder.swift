import Addressing
import EngineModel
import Runtime

/// Builds a container's record from a request and its image. Pure: it looks up networks and other containers in the
/// state, and allocates nothing.
struct ContainerBuilder: Sendable {
  let request: ContainerCreateRequest
  let image: ImageFacts

  /// The parts of an image that a container inherits.
  struct ImageFacts: Sendable {
    var id: String
    var configuration: ContainerConfiguration
    /// `linux/amd64`, with an optional variant; empty when the image names none.
    var platform = ""
  }

  struct Outcome: Sendable {
    var container: Container
    var warnings: [String]
  }

  /// - Parameter name: valid and unused.
  /// - Throws: in Docker's words.
  func container(
    id: ContainerID, name: String, in state: EngineState, defaults: Defaults, now: Timestamp
  ) throws(EngineError) -> Outcome {
    var warnings: [String] = []
    var host = request.host
    if let warning = try PlatformChoice(request.platform, host: defaults.platform).warning(
      about: image.platform, of: request.configuration.image)
    {
      warnings.append(warning)
    }
    var configuration = try Self.merged(request.configuration, over: image.configuration)
    try checkPolicy(host)
    for (index, text) in host.links.enumerated() {
      let link = try ContainerLink(text)
      guard (try? state.container(link.target)) != nil else {
        // Not "not found": clients would pull the image.
        throw EngineError(
          .invalidParameter, "could not get container for \(link.target): No such container: \(link.target)")
      }
      host.links[index] = link.shown(of: name)
    }
    for mode in [host.pidMode, host.ipcMode] where mode.hasPrefix("container:") {
      do {
        _ = try state.container(String(mode.dropFirst("container:".count)))
      } catch {
        // Not "not found": clients would pull the image.
        throw EngineError(.invalidParameter, error.message)
      }
    }
    host.networkMode = try mode(host.networkMode, own: id, in: state)
    try NetworkModeRules.check(host, configuration, request: request.configuration)
    if configuration.hostname.isEmpty {
      switch host.networkMode {
      case _ where host.utsMode == "host": configuration.hostname = defaults.hostname
      case .host: configuration.hostname = defaults.hostname
      case .container(let other):
        configuration.hostname = ContainerID(other).flatMap { state.containers[$0]?.configuration.hostname } ?? ""
      default: configuration.hostname = id.short
      }
    }
    let arguments = (configuration.entrypoint ?? []) + (configuration.command ?? [])
    guard let program = arguments.first, !program.isEmpty else {
      throw EngineError(.invalidParameter, "no command specified")
    }
    // Published ports are also exposed.
    configuration.exposedPorts.formUnion(host.portBindings.keys)
    defaults.containers.complete(&host, isUnified: defaults.hasUnifiedCgroups)
    if host.runtime.isEmpty {
      // crun 1.8 always binds recursively.
      let isShallow = host.mounts.contains(where: \.bindNonRecursive)
      host.runtime = isShallow && defaults.runtimes.contains("runc") ? "runc" : defaults.runtime
    }
    guard defaults.runtimes.contains(host.runtime) else {
      throw EngineError(.invalidParameter, "unknown or invalid runtime name: \(host.runtime)")
    }
    var container = Container(
      id: id, name: name, created: now, configuration: configuration, host: host, imageID: image.id,
      arguments: arguments)
    warnings += try LogOptions(container).warnings
    try EndpointBuilder(request: request, mode: host.networkMode).add(to: &container, in: state)
    warnings += Self.portWarnings(container)
    return Outcome(container: container, warnings: warnings)
  }

  /// Warns when no network can publish the ports. A container that shares another one's network publishes none itself.
  private static func portWarnings(_ container: Container) -> [String] {
    guard !container.host.portBindings.isEmpty || container.host.publishAllPorts,
      container.endpoints.isEmpty, container.unresolvedNetworks.isEmpty
    else { return [] }
    return switch container.host.networkMode {
    case .host: ["Published ports are discarded when using host network mode"]
    case .container: []
    default: ["Published ports are discarded: the container is on no network"]
    }
  }

  /// The engine's settings and the host's facts that a record depends on.
  struct Defaults: Sendable {
    var hostname: String
    var runtime: String
    var runtimes: Set<String>
    var hasUnifiedCgroups = false
    var containers = ContainerDefaults()
    /// `linux/amd64`.
    var platform = ""
  }

  /// The requested configuration, with the base's values where it has none.
  static func merged(
    _ requested: ContainerConfiguration, over base: ContainerConfiguration
  ) throws(EngineError) -> ContainerConfiguration {
    var result = requested
    if result.user.isEmpty { result.user = base.user }
    if result.workingDirectory.isEmpty { result.workingDirectory = base.workingDirectory }
    guard result.workingDirectory.isEmpty || result.workingDirectory.hasPrefix("/") else {
      throw EngineError(
        .invalidParameter,
        "the working directory '\(result.workingDirectory)' is invalid, it needs to be an absolute path")
    }
    if !result.workingDirectory.isEmpty { result.workingDirectory = MountBuilder.clean(result.workingDirectory) }
    // A requested entrypoint also replaces the image's command.
    if result.entrypoint?.isEmpty ?? true {
      // An empty list is no entrypoint, also not the image's.
      if result.entrypoint == nil { result.entrypoint = base.entrypoint }
      if result.command?.isEmpty ?? true { result.command = base.command }
    } else if result.entrypoint == [""] {
      result.entrypoint = nil
    }
    for variable in result.environment where variable.isEmpty || variable.hasPrefix("=") {
      throw EngineError(.invalidParameter, "invalid environment variable: \(variable)")
    }
    let own = Set(result.environment.map(key))
    result.environment += base.environment.filter { !own.contains(key($0)) }
    result.labels = base.labels.merging(result.labels) { $1 }
    result.exposedPorts.formUnion(base.exposedPorts)
    result.volumes.formUnion(base.volumes)
    result.stopSignal = result.stopSignal ?? base.stopSignal
    result.shell = result.shell ?? base.shell
    result.healthcheck = merged(result.healthcheck, base.healthcheck)
    if let signal = result.stopSignal { _ = try SignalName.parse(signal) }
    return result
  }

  private static func key(_ variable: String) -> Substring { variable.prefix { $0 != "=" } }

  private static func merged(_ own: Healthcheck?, _ base: Healthcheck?) -> Healthcheck? {
    guard var own, let base else { return own ?? base }
    if own.test.isEmpty { own.test = base.test }
    if own.interval == 0 { own.interval = base.interval }
    if own.timeout == 0 { own.timeout = base.timeout }
    if own.startPeriod == 0 { own.startPeriod = base.startPeriod }
    if own.startInterval == 0 { own.startInterval = base.startInterval }
    if own.retries == 0 { own.retries = base.retries }
    return own
  }

  private func checkPolicy(_ host: HostConfiguration) throws(EngineError) {
    let policy = host.restartPolicy
    if host.autoRemove, policy.name != .no {
      throw EngineError(.invalidParameter, "can't create 'AutoRemove' container with restart policy")
    }
    if policy.maximumRetryCount != 0, policy.name != .onFailure {
      throw EngineError(
        .invalidParameter, "invalid restart policy: maximum retry count can only be used with 'on-failure'")
    }
    if policy.maximumRetryCount < 0 {
      throw EngineError(.invalidParameter, "invalid restart policy: maximum retry count cannot be negative")
    }
  }

  /// Replaces a container's name in the mode by its id.
  private func mode(_ mode: NetworkMode, own: ContainerID, in state: EngineState) throws(EngineError) -> NetworkMode {
    switch mode {
    case .container(let reference):
      guard !reference.isEmpty else {
        throw EngineError(
          .invalidParameter, "invalid container format container:<name|id>")
      }
      do {
        return .container(try state.container(reference).id.rawValue)
      } catch {
        // Not "not found": clients would pull the image.
        throw EngineError(.invalidParameter, error.message)
      }
    case .network(let reference):
      // A predefined network may be named by its id.
      guard let network = try? state.network(reference), network.isPredefined else { return mode }
      return NetworkMode(network.name)
    default: return mode
    }
  }
}
