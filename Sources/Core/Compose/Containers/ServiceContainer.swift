public import EngineAPI
internal import EngineModel

/// One container of a service, as the engine is asked for it.
public struct ServiceContainer: Sendable {
  let project: Project
  public let service: Service
  /// From 1.
  public let number: Int
  /// `run` makes containers that are none of the service's own.
  public var isOneOff = false
  /// The name, unless it follows from the service.
  public var chosenName: String?
  /// What `com.docker.compose.image` says, if it is known: the image's id.
  public var imageID: String?
  /// Whether it has the service's aliases on its networks (`run` has them only when asked).
  public var usesAliases = true

  public init(project: Project, service: Service, number: Int) {
    self.project = project
    self.service = service
    self.number = number
  }

  var node: Node { service.node }

  public var name: String {
    chosenName ?? Self.name(of: service, number: number, in: project.name)
  }

  public static func name(of service: Service, number: Int, in project: String) -> String {
    service.containerName ?? "\(project)-\(service.name)-\(number)"
  }

  /// The request's body, and what has no effect in it.
  ///
  /// - Throws: ``ComposeError`` for what the engine would refuse, at the service's place.
  public func body() throws(ComposeError) -> Wire.ContainerCreateBody {
    var config = configuration()
    var host = try hostConfiguration()
    addMounts(to: &config, &host)
    addPorts(to: &config, &host)
    var body = Wire.ContainerCreateBody(Config: config, HostConfig: host)
    body.NetworkingConfig.EndpointsConfig = try endpoints(&body.HostConfig)
    do {
      _ = try body.parts()
    } catch {
      throw ComposeError(service.place, "services.\(service.name): \(error.message)")
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

  /// `nil` leaves it to the image; an empty list leaves nothing of the image's.
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
    func nanoseconds(_ key: String) -> Int64? { node[key]?.text.flatMap { TimeSpan($0) }?.nanoseconds }
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
    labels[ComposeLabel.version] = ComposeLabel.dialect
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
  func span(_ key: String) -> TimeSpan? { node[key]?.text.flatMap { TimeSpan($0) } }
  func texts(_ key: String) -> [String]? {
    guard let node = node[key], !node.items.isEmpty else { return nil }
    return node.texts
  }

  /// `service:x` becomes the name of that service's first container.
  func resolved(_ mode: String) -> String {
    guard mode.hasPrefix("service:"), let other = project.service(String(mode.dropFirst("service:".count))) else {
      return mode
    }
    return "container:" + Self.name(of: other, number: 1, in: project.name)
  }
}
