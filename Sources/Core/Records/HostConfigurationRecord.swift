import Addressing
package import EngineModel

/// The half of a container's description that concerns the host, as its record holds it.
package struct HostConfigurationRecord: Codable, Hashable, Sendable {
  let networkMode: String
  let portBindings: [TransportPort: [PortBindingRecord]]
  let publishAllPorts: Bool
  let links: [String]
  let dns: [IPAddress]
  let dnsOptions: [String]
  let dnsSearch: [String]
  let extraHosts: [String]
  let binds: [String]
  let mounts: [MountSpecificationRecord]
  let tmpfs: [String: String]
  let volumesFrom: [String]
  let volumeDriver: String
  let readonlyRootfs: Bool
  let shmSize: Int64
  let restartPolicy: RestartPolicyRecord
  let autoRemove: Bool
  let logConfiguration: LogConfigurationRecord
  let containerIDFile: String
  let privileged: Bool
  let capAdd: [String]
  let capDrop: [String]
  let securityOptions: [String]
  let maskedPaths: [String]?
  let readonlyPaths: [String]?
  let groupAdd: [String]
  let ipcMode: String
  let pidMode: String
  let utsMode: String
  let usernsMode: String
  let cgroupnsMode: String
  let cgroupParent: String
  let sysctls: [String: String]
  let annotations: [String: String]
  let runtime: String
  let runInit: Bool?
  let oomScoreAdjust: Int
  let consoleHeight: Int
  let consoleWidth: Int
  let resources: ResourcesRecord

  private enum CodingKeys: String, CodingKey {
    case networkMode
    case portBindings
    case publishAllPorts
    case links
    case dns
    case dnsOptions
    case dnsSearch
    case extraHosts
    case binds
    case mounts
    case tmpfs
    case volumesFrom
    case volumeDriver
    case readonlyRootfs
    case shmSize
    case restartPolicy
    case autoRemove
    case logConfiguration
    case containerIDFile
    case privileged
    case capAdd
    case capDrop
    case securityOptions
    case maskedPaths
    case readonlyPaths
    case groupAdd
    case ipcMode
    case pidMode
    case utsMode
    case usernsMode
    case cgroupnsMode
    case cgroupParent
    case sysctls
    case annotations
    case runtime
    case runInit
    case oomScoreAdjust
    case consoleHeight
    case consoleWidth
    case resources
  }

  package init(_ model: HostConfiguration) {
    networkMode = model.networkMode.description
    portBindings = model.portBindings.mapValues { $0.map(PortBindingRecord.init) }
    publishAllPorts = model.publishAllPorts
    links = model.links
    dns = model.dns
    dnsOptions = model.dnsOptions
    dnsSearch = model.dnsSearch
    extraHosts = model.extraHosts
    binds = model.binds
    mounts = model.mounts.map(MountSpecificationRecord.init)
    tmpfs = model.tmpfs
    volumesFrom = model.volumesFrom
    volumeDriver = model.volumeDriver
    readonlyRootfs = model.readonlyRootfs
    shmSize = model.shmSize
    restartPolicy = RestartPolicyRecord(model.restartPolicy)
    autoRemove = model.autoRemove
    logConfiguration = LogConfigurationRecord(model.logConfiguration)
    containerIDFile = model.containerIDFile
    privileged = model.privileged
    capAdd = model.capAdd
    capDrop = model.capDrop
    securityOptions = model.securityOptions
    maskedPaths = model.maskedPaths
    readonlyPaths = model.readonlyPaths
    groupAdd = model.groupAdd
    ipcMode = model.ipcMode
    pidMode = model.pidMode
    utsMode = model.utsMode
    usernsMode = model.usernsMode
    cgroupnsMode = model.cgroupnsMode
    cgroupParent = model.cgroupParent
    sysctls = model.sysctls
    annotations = model.annotations
    runtime = model.runtime
    runInit = model.runInit
    oomScoreAdjust = model.oomScoreAdjust
    consoleHeight = model.consoleHeight
    consoleWidth = model.consoleWidth
    resources = ResourcesRecord(model.resources)
  }

  package var model: HostConfiguration {
    var model = HostConfiguration()
    model.networkMode = NetworkMode(networkMode)
    model.portBindings = portBindings.mapValues { $0.map(\.model) }
    model.publishAllPorts = publishAllPorts
    model.links = links
    model.dns = dns
    model.dnsOptions = dnsOptions
    model.dnsSearch = dnsSearch
    model.extraHosts = extraHosts
    model.binds = binds
    model.mounts = mounts.map(\.model)
    model.tmpfs = tmpfs
    model.volumesFrom = volumesFrom
    model.volumeDriver = volumeDriver
    model.readonlyRootfs = readonlyRootfs
    model.shmSize = shmSize
    model.restartPolicy = restartPolicy.model
    model.autoRemove = autoRemove
    model.logConfiguration = logConfiguration.model
    model.containerIDFile = containerIDFile
    model.privileged = privileged
    model.capAdd = capAdd
    model.capDrop = capDrop
    model.securityOptions = securityOptions
    model.maskedPaths = maskedPaths
    model.readonlyPaths = readonlyPaths
    model.groupAdd = groupAdd
    model.ipcMode = ipcMode
    model.pidMode = pidMode
    model.utsMode = utsMode
    model.usernsMode = usernsMode
    model.cgroupnsMode = cgroupnsMode
    model.cgroupParent = cgroupParent
    model.sysctls = sysctls
    model.annotations = annotations
    model.runtime = runtime
    model.runInit = runInit
    model.oomScoreAdjust = oomScoreAdjust
    model.consoleHeight = consoleHeight
    model.consoleWidth = consoleWidth
    model.resources = resources.model
    return model
  }
}

/// When the engine starts a container again.
package struct RestartPolicyRecord: Codable, Hashable, Sendable {
  let name: StoredText<RestartPolicy.Name>
  let maximumRetryCount: Int

  private enum CodingKeys: String, CodingKey {
    case name
    case maximumRetryCount
  }

  package init(_ model: RestartPolicy) {
    name = StoredText(model.name)
    maximumRetryCount = model.maximumRetryCount
  }

  package var model: RestartPolicy {
    RestartPolicy(name: name.value, maximumRetryCount: maximumRetryCount)
  }
}

/// Where a container's output goes.
package struct LogConfigurationRecord: Codable, Hashable, Sendable {
  let driver: String
  let options: [String: String]

  private enum CodingKeys: String, CodingKey {
    case driver
    case options
  }

  package init(_ model: LogConfiguration) {
    driver = model.driver
    options = model.options
  }

  package var model: LogConfiguration {
    LogConfiguration(driver: driver, options: options)
  }
}
