internal import Addressing
package import EngineModel

extension Wire.ContainerConfig {
  /// The request as a model value, validated as dockerd validates it.
  ///
  /// - Throws: `invalidParameter` with dockerd's message, `notImplemented` for settings of other operating systems.
  package func model() throws(EngineError) -> ContainerConfiguration {
    try check()
    var model = ContainerConfiguration()
    model.image = Image
    model.command = Cmd.flatMap { $0.values.isEmpty ? nil : $0.values }
    model.entrypoint = Entrypoint?.values
    model.environment = Env ?? []
    model.workingDirectory = WorkingDir
    model.user = User
    model.hostname = Hostname
    model.domainname = Domainname
    model.labels = Labels ?? [:]
    model.exposedPorts = try PortText.exposed(ExposedPorts)
    model.volumes = Set((Volumes ?? [:]).keys)
    model.attachStdin = AttachStdin
    model.attachStdout = AttachStdout
    model.attachStderr = AttachStderr
    model.openStdin = OpenStdin
    model.stdinOnce = StdinOnce
    model.tty = Tty
    model.stopSignal = StopSignal.flatMap { $0.isEmpty ? nil : $0 }
    model.stopTimeout = StopTimeout
    model.healthcheck = try Healthcheck?.model()
    model.networkDisabled = NetworkDisabled ?? false
    model.shell = Shell?.values
    return model
  }

  private func check() throws(EngineError) {
    for variable in Env ?? [] {
      try TextChecks.invalid(
        variable.isEmpty || variable.hasPrefix("="), "invalid environment variable: \(variable)")
    }
    try TextChecks.invalid(
      !WorkingDir.isEmpty && !WorkingDir.hasPrefix("/"),
      "the working directory '\(WorkingDir)' is invalid, it needs to be an absolute path")
    try TextChecks.word(Hostname, as: "hostname")
    try TextChecks.invalid(Hostname.utf8.count > 64, "invalid hostname: \(Hostname) is longer than 64 bytes")
    try TextChecks.invalid(Hostname.contains("/"), "invalid hostname: \(Hostname)")
    try TextChecks.word(Domainname, as: "domain name")
    for path in (Volumes ?? [:]).keys {
      try TextChecks.invalid(
        !path.hasPrefix("/"), "invalid volume specification: '\(path)': must be an absolute path")
      try TextChecks.invalid(
        path.allSatisfy { $0 == "/" }, "invalid volume specification: '\(path)': destination can't be '/'")
    }
    try TextChecks.unsupported(ArgsEscaped ?? false, "ArgsEscaped is for Windows containers only")
  }

  package init(_ model: ContainerConfiguration) {
    self.init()
    Hostname = model.hostname
    Domainname = model.domainname
    User = model.user
    AttachStdin = model.attachStdin
    AttachStdout = model.attachStdout
    AttachStderr = model.attachStderr
    ExposedPorts = Wire.set(model.exposedPorts.map(\.description))
    Tty = model.tty
    OpenStdin = model.openStdin
    StdinOnce = model.stdinOnce
    Env = model.environment
    Cmd = model.command.map(Wire.Words.init)
    Healthcheck = model.healthcheck.map(Wire.HealthConfig.init)
    Image = model.image
    Volumes = Wire.set(model.volumes)
    WorkingDir = model.workingDirectory
    Entrypoint = model.entrypoint.map(Wire.Words.init)
    NetworkDisabled = model.networkDisabled ? true : nil
    Labels = model.labels
    StopSignal = model.stopSignal
    StopTimeout = model.stopTimeout
    Shell = model.shell.map(Wire.Words.init)
  }
}

extension Wire.HealthConfig {
  /// - Throws: `invalidParameter` with dockerd's message.
  package func model() throws(EngineError) -> Healthcheck {
    let durations = [
      ("Interval", Interval), ("Timeout", Timeout), ("StartPeriod", StartPeriod), ("StartInterval", StartInterval),
    ]
    for (name, duration) in durations {
      let value = duration ?? 0
      try TextChecks.invalid(
        value != 0 && value < 1_000_000, "\(name) in Healthcheck cannot be less than 1ms")
    }
    try TextChecks.invalid((Retries ?? 0) < 0, "Retries in Healthcheck cannot be negative")
    let test = Test ?? []
    if let kind = test.first {
      try TextChecks.invalid(
        !["NONE", "CMD", "CMD-SHELL"].contains(kind), "Unknown type of healthcheck test: \(kind)")
      try TextChecks.invalid(kind != "NONE" && test.count < 2, "Healthcheck test \(kind) lacks a command")
    }
    var model = Healthcheck()
    model.test = test
    model.interval = Interval ?? 0
    model.timeout = Timeout ?? 0
    model.startPeriod = StartPeriod ?? 0
    model.startInterval = StartInterval ?? 0
    model.retries = Retries ?? 0
    return model
  }

  package init(_ model: Healthcheck) {
    self.init()
    Test = model.test.isEmpty ? nil : model.test
    Interval = model.interval == 0 ? nil : model.interval
    Timeout = model.timeout == 0 ? nil : model.timeout
    StartPeriod = model.startPeriod == 0 ? nil : model.startPeriod
    StartInterval = model.startInterval == 0 ? nil : model.startInterval
    Retries = model.retries == 0 ? nil : model.retries
  }
}

extension Wire {
  /// Names in the API's form of a set; `nil` for an empty set.
  static func set(_ names: some Collection<String>) -> [String: Empty]? {
    names.isEmpty ? nil : Dictionary(names.map { ($0, Empty()) }, uniquingKeysWith: { first, _ in first })
  }
}
