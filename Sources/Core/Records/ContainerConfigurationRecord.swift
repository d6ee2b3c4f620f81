import Addressing
package import EngineModel

/// The portable half of a container's description, as its record holds it.
package struct ContainerConfigurationRecord: Codable, Hashable, Sendable {
  let image: String
  let command: [String]?
  let entrypoint: [String]?
  let environment: [String]
  let workingDirectory: String
  let user: String
  let hostname: String
  let domainname: String
  let labels: [String: String]
  let exposedPorts: Set<TransportPort>
  let volumes: Set<String>
  let attachStdin: Bool
  let attachStdout: Bool
  let attachStderr: Bool
  let openStdin: Bool
  let stdinOnce: Bool
  let tty: Bool
  let stopSignal: String?
  let stopTimeout: Int?
  let healthcheck: HealthcheckRecord?
  let networkDisabled: Bool
  let shell: [String]?

  private enum CodingKeys: String, CodingKey {
    case image
    case command
    case entrypoint
    case environment
    case workingDirectory
    case user
    case hostname
    case domainname
    case labels
    case exposedPorts
    case volumes
    case attachStdin
    case attachStdout
    case attachStderr
    case openStdin
    case stdinOnce
    case tty
    case stopSignal
    case stopTimeout
    case healthcheck
    case networkDisabled
    case shell
  }

  package init(_ model: ContainerConfiguration) {
    image = model.image
    command = model.command
    entrypoint = model.entrypoint
    environment = model.environment
    workingDirectory = model.workingDirectory
    user = model.user
    hostname = model.hostname
    domainname = model.domainname
    labels = model.labels
    exposedPorts = model.exposedPorts
    volumes = model.volumes
    attachStdin = model.attachStdin
    attachStdout = model.attachStdout
    attachStderr = model.attachStderr
    openStdin = model.openStdin
    stdinOnce = model.stdinOnce
    tty = model.tty
    stopSignal = model.stopSignal
    stopTimeout = model.stopTimeout
    healthcheck = model.healthcheck.map(HealthcheckRecord.init)
    networkDisabled = model.networkDisabled
    shell = model.shell
  }

  package var model: ContainerConfiguration {
    var model = ContainerConfiguration()
    model.image = image
    model.command = command
    model.entrypoint = entrypoint
    model.environment = environment
    model.workingDirectory = workingDirectory
    model.user = user
    model.hostname = hostname
    model.domainname = domainname
    model.labels = labels
    model.exposedPorts = exposedPorts
    model.volumes = volumes
    model.attachStdin = attachStdin
    model.attachStdout = attachStdout
    model.attachStderr = attachStderr
    model.openStdin = openStdin
    model.stdinOnce = stdinOnce
    model.tty = tty
    model.stopSignal = stopSignal
    model.stopTimeout = stopTimeout
    model.healthcheck = healthcheck?.model
    model.networkDisabled = networkDisabled
    model.shell = shell
    return model
  }
}

/// How a container's health is checked. Durations are in nanoseconds.
package struct HealthcheckRecord: Codable, Hashable, Sendable {
  let test: [String]
  let interval: Int64
  let timeout: Int64
  let startPeriod: Int64
  let startInterval: Int64
  let retries: Int

  private enum CodingKeys: String, CodingKey {
    case test
    case interval
    case timeout
    case startPeriod
    case startInterval
    case retries
  }

  package init(_ model: Healthcheck) {
    test = model.test
    interval = model.interval
    timeout = model.timeout
    startPeriod = model.startPeriod
    startInterval = model.startInterval
    retries = model.retries
  }

  package var model: Healthcheck {
    var model = Healthcheck()
    model.test = test
    model.interval = interval
    model.timeout = timeout
    model.startPeriod = startPeriod
    model.startInterval = startInterval
    model.retries = retries
    return model
  }
}
