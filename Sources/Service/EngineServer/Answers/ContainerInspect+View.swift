internal import Addressing
internal import Engine
internal import EngineAPI
internal import EngineModel

extension Wire.ContainerInspect {
  init(_ view: ContainerView, version: APIVersion) {
    self.init()
    let container = view.container
    Id = container.id.rawValue
    Created = container.created.description
    Path = container.arguments.first ?? ""
    Args = Array(container.arguments.dropFirst())
    State = Wire.ContainerState(container)
    Image = container.imageID
    ResolvConfPath = view.files.resolverConfiguration
    HostnamePath = view.files.hostname
    HostsPath = view.files.hosts
    LogPath = container.host.logConfiguration.driver == LogDriver.none.rawValue ? "" : view.files.log
    Name = "/" + container.name
    RestartCount = container.state.restartCount
    Driver = "overlay2"
    Platform = "linux"
    ExecIDs = view.execs.isEmpty ? nil : view.execs
    HostConfig = Wire.HostConfig(container.host, networkMode: view.networkMode)
    GraphDriver.Name = "overlay2"
    SizeRw = view.writtenSize
    SizeRootFs = view.totalSize
    Mounts = container.mounts.map(Wire.MountPoint.init)
    Config = Wire.ContainerConfig(container.configuration)
    NetworkSettings = Wire.NetworkSettings(view)
    if version < APIVersion(1, 52) { NetworkSettings.deprecated = Wire.DeprecatedNetworkSettings(view) }
  }
}

extension Wire.ContainerState {
  init(_ container: Container) {
    self.init()
    let state = container.state
    Status = state.status.rawValue
    Running = state.isRunning
    Paused = state.status == .paused
    Restarting = state.status == .restarting
    OOMKilled = state.oomKilled
    Dead = state.status == .dead
    Pid = Int(state.pid)
    ExitCode = Int(state.exitCode)
    Error = state.error
    StartedAt = Timestamp.shown(state.startedAt)
    FinishedAt = Timestamp.shown(state.finishedAt)
    guard let health = state.health else { return }
    var shown = Wire.Health()
    shown.Status = health.status.rawValue
    shown.FailingStreak = health.failingStreak
    shown.Log = health.log.map { probe in
      var shown = Wire.Health.Probe()
      shown.Start = probe.start.description
      shown.End = probe.end.description
      shown.ExitCode = Int(probe.exitCode)
      shown.Output = probe.output
      return shown
    }
    Health = shown
  }
}

extension Wire.NetworkSettings {
  init(_ view: ContainerView) {
    self.init()
    let container = view.container
    Networks = view.attachments
    if !view.sandboxPath.isEmpty {
      SandboxID = container.id.rawValue
      SandboxKey = view.sandboxPath
    }
    if container.state.isRunning { Ports = Self.ports(container) }
  }

  /// Every exposed port with its host bindings.
  private static func ports(_ container: Container) -> [String: [Wire.PortBinding]?] {
    var ports: [String: [Wire.PortBinding]?] = [:]
    for port in container.configuration.exposedPorts { ports[port.description] = .some(nil) }
    for publication in container.publications.sorted() {
      let binding = Wire.PortBinding(
        HostIp: publication.hostAddress.description,
        HostPort: publication.usesHostPort ? String(publication.hostPort) : "")
      let key = publication.containerPort.description
      ports[key] = ((ports[key] ?? nil) ?? []) + [binding]
    }
    return ports
  }
}

extension Wire.DeprecatedNetworkSettings {
  init(_ view: ContainerView) {
    self.init()
    guard
      let main = view.container.endpoints.first(where: { view.networks[$0.network]?.isDefaultBridge ?? false })
    else { return }
    let shown = Wire.EndpointSettings(main, names: nil)
    EndpointID = shown.EndpointID
    Gateway = shown.Gateway
    GlobalIPv6Address = shown.GlobalIPv6Address
    GlobalIPv6PrefixLen = shown.GlobalIPv6PrefixLen
    IPAddress = shown.IPAddress
    IPPrefixLen = shown.IPPrefixLen
    IPv6Gateway = shown.IPv6Gateway
    MacAddress = shown.EndpointID.isEmpty ? "" : shown.MacAddress
  }
}

extension ContainerView {
  /// The container's networks by name.
  var attachments: [String: Wire.EndpointSettings] {
    var shown: [String: Wire.EndpointSettings] = [:]
    for endpoint in container.endpoints {
      guard let network = networks[endpoint.network] else { continue }
      shown[network.name] = Wire.EndpointSettings(endpoint, names: names(of: endpoint, on: network))
    }
    // These two have no endpoint, but Docker shows them.
    if shown.isEmpty, networkMode == "host" || networkMode == "none" {
      shown[networkMode] = Wire.EndpointSettings()
    }
    return shown
  }

  /// The DNS names. Docker shows none on the default bridge, and clients may rely on that.
  private func names(of endpoint: Endpoint, on network: Network) -> [String]? {
    guard !network.isDefaultBridge else { return nil }
    var names = [container.name] + endpoint.settings.aliases + [container.id.short]
    let hostname = container.configuration.hostname
    if !hostname.isEmpty { names.append(hostname) }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
