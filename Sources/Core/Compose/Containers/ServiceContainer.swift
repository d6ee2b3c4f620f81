package import EngineAPI
internal import EngineModel

/// Builds the request that creates one container of a service.
package struct ServiceContainer: Sendable {
  let project: Project
  package let service: Service
  /// The number of the container, from 1.
  package let number: Int
  /// Whether `run` creates the container. Such a container does not count for the service's scale.
  package var isOneOff = false
  /// The container's name, if the user chose one.
  package var customName: String?
  /// The image's id for the label `com.docker.compose.image`, if known.
  package var imageID: String?
  /// Whether the container gets the service's network aliases. `run` gives them only on request.
  package var usesAliases = true

  package init(project: Project, service: Service, number: Int) {
    self.project = project
    self.service = service
    self.number = number
  }

  var node: Node { service.node }

  package var name: String {
    customName ?? Self.name(of: service, number: number, in: project.name)
  }

  package static func name(of service: Service, number: Int, in project: String) -> String {
    service.containerName ?? "\(project)-\(service.name)-\(number)"
  }

  /// The body of the request.
  ///
  /// - Throws: ``ComposeError`` at the service's location for a body that the engine would reject.
  package func body() throws(ComposeError) -> Wire.ContainerCreateBody {
    var config = configuration()
    var host = try hostConfiguration()
    addMounts(to: &config, &host)
    addPorts(to: &config, &host)
    var body = Wire.ContainerCreateBody(Config: config, HostConfig: host)
    body.NetworkingConfig.EndpointsConfig = try endpoints(&body.HostConfig)
    do {
      _ = try body.parts()
    } catch {
      throw ComposeError(service.location, "services.\(service.name): \(error.message)")
    }
    return body
  }

  private func configuration() -> Wire.ContainerConfig {
    var config = Wire.ContainerConfig()
    config.Image = service.image(in: project.name)
    config.Hostname = text("hostname")
    config.Domainname = text("domainname")
    config.User = text("user")
    config.WorkingDir = text("working_dir")
    config.Tty = bool("tty")
    config.OpenStdin = bool("stdin_open")
    config.AttachStdout = true
    config.AttachStderr = true
    config.Env = (node["environment"]?.entries ?? []).map { entry in
      entry.value.text.map { "\(entry.key)=\($0)" } ?? entry.key
    }
    config.Cmd = words("command")
    config.Entrypoint = words("entrypoint")
    config.StopSignal = node["stop_signal"]?.text
    config.StopTimeout = span("stop_grace_period")?.seconds
    config.Healthcheck = healthcheck
    config.Labels = labels
    return config
  }

  /// `nil` keeps the image's value; an empty list clears it.
  private func words(_ key: String) -> Wire.Words? {
    guard let node = node[key], node.isSequence else { return nil }
    return Wire.Words(node.texts)
  }

  private var healthcheck: Wire.HealthConfig? {
    guard let node = node["healthcheck"] else { return nil }
    var health = Wire.HealthConfig()
    if node["disable"]?.bool == true {
      health.Test = ["NONE"]
      return health
    }
    func nanoseconds(_ key: String) -> Int64? { node[key]?.text.flatMap { ComposeDuration($0) }?.nanoseconds }
    health.Test = node["test"]?.texts
    health.Interval = nanoseconds("interval")
    health.Timeout = nanoseconds("timeout")
    health.StartPeriod = nanoseconds("start_period")
    health.StartInterval = nanoseconds("start_interval")
    health.Retries = node["retries"]?.integer.map(Int.init)
    return health
  }

  private var labels: [String: String] {
    var labels = node["labels"]?.textMap ?? [:]
    labels[ComposeLabel.project] = project.name
    labels[ComposeLabel.service] = service.name
    labels[ComposeLabel.version] = ComposeLabel.composeVersion
    labels[ComposeLabel.hash] = ConfigurationHash.of(service)
    labels[ComposeLabel.number] = String(number)
    labels[ComposeLabel.oneOff] = isOneOff ? "True" : "False"
    labels[ComposeLabel.files] = project.files.joined(separator: ",")
    labels[ComposeLabel.workingDirectory] = project.directory
    if !project.environmentFiles.isEmpty {
      labels[ComposeLabel.environmentFile] = project.environmentFiles.joined(separator: ",")
    }
    if let imageID { labels[ComposeLabel.image] = imageID }
    labels[ComposeLabel.dependsOn] = service.dependencies.sorted { $0.service < $1.service }
      .map { "\($0.service):\($0.condition.rawValue):\($0.restarts)" }.joined(separator: ",")
    return labels
  }

  // MARK: Short ways to attributes

  func text(_ key: String) -> String { node[key]?.text ?? "" }
  func bool(_ key: String) -> Bool { node[key]?.bool ?? false }
  func integer(_ key: String) -> Int64 { node[key]?.integer ?? 0 }
  func span(_ key: String) -> ComposeDuration? { node[key]?.text.flatMap { ComposeDuration($0) } }
  func texts(_ key: String) -> [String]? {
    guard let node = node[key], !node.items.isEmpty else { return nil }
    return node.texts
  }

  /// Replaces `service:x` by the name of that service's first container.
  func resolved(_ mode: String) -> String {
    guard mode.hasPrefix("service:"), let other = project.service(String(mode.dropFirst("service:".count))) else {
      return mode
    }
    return "container:" + Self.name(of: other, number: 1, in: project.name)
  }
}
