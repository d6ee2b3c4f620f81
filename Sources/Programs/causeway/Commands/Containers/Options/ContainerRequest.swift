import Addressing
import EngineAPI

/// Builds the body of `POST /containers/create` from the options of `run` and `create`.
///
/// The caller supplies everything that depends on this host: environment, files and working directory.
struct ContainerRequest {
  /// What options refer to on the caller's host.
  struct CallerContext {
    var workingDirectory: String
    var environment: (String) -> String?
    /// Reads a text file.
    var file: (String) throws(UsageError) -> String
    /// The rows and columns of the caller's terminal.
    var consoleSize: [Int]?
  }

  let options: ParsedOptions
  let caller: CallerContext

  /// - Throws: ``UsageError`` for invalid or contradictory values.
  func body() throws(UsageError) -> Wire.ContainerCreateBody {
    for option in ContainerOptions.windows where options.isSet(option.name) {
      throw .value(
        "\(("--" + option.name).quoted) is only supported on a Docker daemon running on windows, but this engine runs "
          + "containers of linux")
    }
    var config = try configuration()
    var host = try hostConfiguration()
    try ports(&config, &host)
    try volumes(&config, &host)
    try resources(&host)
    var body = Wire.ContainerCreateBody(Config: config, HostConfig: host)
    body.NetworkingConfig.EndpointsConfig = try endpoints(&body.HostConfig)
    return body
  }

  private func configuration() throws(UsageError) -> Wire.ContainerConfig {
    var config = Wire.ContainerConfig()
    config.Image = options.arguments[0]
    if options.arguments.count > 1 { config.Cmd = Wire.Words(Array(options.arguments.dropFirst())) }
    if let entrypoint = options.text("entrypoint") {
      // One empty string, not an empty list, removes the image's entrypoint.
      config.Entrypoint = Wire.Words([entrypoint])
    }
    config.Hostname = options.text("hostname") ?? ""
    config.Domainname = options.text("domainname") ?? ""
    config.User = options.text("user") ?? ""
    config.WorkingDir = options.text("workdir") ?? ""
    config.Tty = options.flag("tty")
    config.OpenStdin = options.flag("interactive")
    try attachments(&config)
    config.StdinOnce = config.OpenStdin && config.AttachStdin
    var environment: [String] = []
    for file in options.all("env-file") {
      environment += try EnvironmentFile.parse(
        try caller.file(file), file: file, environment: caller.environment)
    }
    environment += try EnvironmentFile.variables(options.all("env"), environment: caller.environment)
    config.Env = environment
    var labels: [String] = []
    for file in options.all("label-file") {
      labels += try EnvironmentFile.parse(try caller.file(file), file: file, environment: { _ in "" })
    }
    config.Labels = KeyValueMap.parse(labels + options.all("label"))
    config.StopSignal = options.text("stop-signal")
    config.StopTimeout = options.integer("stop-timeout").map(Int.init)
    config.Healthcheck = try healthcheck()
    return config
  }

  private func attachments(_ config: inout Wire.ContainerConfig) throws(UsageError) {
    let asked = options.all("attach").map { $0.lowercased() }
    for stream in asked where !["stdin", "stdout", "stderr"].contains(stream) {
      throw .grammar(
        "invalid argument \(stream.quoted) for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR")
    }
    config.AttachStdin = config.OpenStdin || asked.contains("stdin")
    config.AttachStdout = asked.isEmpty || asked.contains("stdout")
    config.AttachStderr = asked.isEmpty || asked.contains("stderr")
  }

  private func healthcheck() throws(UsageError) -> Wire.HealthConfig? {
    let names = [
      "health-cmd", "health-interval", "health-retries", "health-timeout", "health-start-period",
      "health-start-interval",
    ]
    let given = names.filter(options.isSet)
    var health = Wire.HealthConfig()
    if options.flag("no-healthcheck") {
      guard given.isEmpty else { throw .value("--no-healthcheck conflicts with --health-* options") }
      health.Test = ["NONE"]
      return health
    }
    guard !given.isEmpty else { return nil }
    for name in names where name != "health-cmd" && name != "health-retries" {
      guard (options.duration(name) ?? 0) >= 0 else { throw .value("--\(name) cannot be negative") }
    }
    guard (options.integer("health-retries") ?? 0) >= 0 else { throw .value("--health-retries cannot be negative") }
    health.Test = options.text("health-cmd").map { ["CMD-SHELL", $0] }
    health.Interval = options.duration("health-interval")
    health.Timeout = options.duration("health-timeout")
    health.StartPeriod = options.duration("health-start-period")
    health.StartInterval = options.duration("health-start-interval")
    health.Retries = options.integer("health-retries").map(Int.init)
    return health
  }

  private func hostConfiguration() throws(UsageError) -> Wire.HostConfig {
    var host = Wire.HostConfig()
    host.AutoRemove = options.flag("rm")
    let restart = try RestartArgument(options.text("restart") ?? "no")
    host.RestartPolicy.Name = restart.name
    host.RestartPolicy.MaximumRetryCount = restart.maximumRetryCount
    guard !host.AutoRemove || restart.isNever else {
      throw .value("conflicting options: cannot specify both --restart and --rm")
    }
    host.ContainerIDFile = options.text("cidfile") ?? ""
    host.LogConfig.`Type` = options.text("log-driver") ?? ""
    host.LogConfig.Config = KeyValueMap.parse(options.all("log-opt"))
    host.Annotations = map("annotation")
    host.Privileged = options.flag("privileged")
    host.CapAdd = capabilities("cap-add")
    host.CapDrop = capabilities("cap-drop")
    host.SecurityOpt = try securityOptions()
    host.GroupAdd = words("group-add")
    host.ReadonlyRootfs = options.flag("read-only")
    host.Init = options.isSet("init") ? options.flag("init") : nil
    host.IpcMode = options.text("ipc") ?? ""
    host.PidMode = options.text("pid") ?? ""
    host.UTSMode = options.text("uts") ?? ""
    host.UsernsMode = options.text("userns") ?? ""
    host.CgroupnsMode = options.text("cgroupns") ?? ""
    host.CgroupParent = options.text("cgroup-parent") ?? ""
    host.Isolation = options.text("isolation") ?? ""
    host.Runtime = options.text("runtime")
    host.Sysctls = options.isSet("sysctl") ? try KeyValueMap.pairs(options.all("sysctl"), option: "--sysctl") : nil
    host.StorageOpt = map("storage-opt")
    host.ShmSize = options.bytes("shm-size") ?? 0
    host.Dns = try nameServers()
    host.DnsOptions = words("dns-option")
    host.DnsSearch = words("dns-search")
    host.ExtraHosts = try extraHosts()
    host.Links = words("link")
    host.PublishAllPorts = options.flag("publish-all")
    host.ConsoleSize = caller.consoleSize
    return host
  }

  /// Accepts `name:address` and `name=address`. The engine gets the form with the colon.
  private func extraHosts() throws(UsageError) -> [String]? {
    var hosts: [String] = []
    for value in options.all("add-host") {
      guard let separator = value.firstIndex(of: "=") ?? value.firstIndex(of: ":"), separator > value.startIndex else {
        throw .grammar(
          "invalid argument \(value.quoted) for \"--add-host\" flag: bad format for add-host: \(value.quoted)")
      }
      var address = value[value.index(after: separator)...]
      if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
      guard address == "host-gateway" || IPAddress(address) != nil else {
        throw .grammar(
          "invalid argument \(value.quoted) for \"--add-host\" flag: invalid IP address in add-host: \(address.quoted)"
        )
      }
      hosts.append("\(value[..<separator]):\(address)")
    }
    return hosts.isEmpty ? nil : hosts
  }

  private func nameServers() throws(UsageError) -> [String]? {
    for server in options.all("dns") where IPAddress(server) == nil {
      throw .grammar(
        "invalid argument \(server.quoted) for \"--dns\" flag: IP address is not correctly formatted: \(server)")
    }
    return words("dns")
  }

  /// Adds the prefix `CAP_`. `ALL` stays as it is.
  private func capabilities(_ option: String) -> Wire.Words? {
    words(option).map { names in
      Wire.Words(
        names.map { name in
          let name = name.uppercased()
          return name == "ALL" || name.hasPrefix("CAP_") ? name : "CAP_" + name
        })
    }
  }

  /// The client reads a seccomp profile, because its path is local.
  private func securityOptions() throws(UsageError) -> [String]? {
    var result: [String] = []
    for option in options.all("security-opt") {
      guard let separator = option.firstIndex(where: { $0 == "=" || $0 == ":" }), option[..<separator] == "seccomp"
      else {
        result.append(option)
        continue
      }
      let profile = String(option[option.index(after: separator)...])
      let isNamed = profile == "unconfined" || profile == "builtin"
      result.append("seccomp=" + (isNamed ? profile : try caller.file(profile)))
    }
    return result.isEmpty ? nil : result
  }

  func words(_ name: String) -> [String]? {
    let values = options.all(name)
    return values.isEmpty ? nil : values
  }

  func map(_ name: String) -> [String: String]? {
    let values = options.all(name)
    return values.isEmpty ? nil : KeyValueMap.parse(values)
  }
}
