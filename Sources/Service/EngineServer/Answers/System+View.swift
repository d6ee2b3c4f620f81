internal import Addressing
internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NetworkPlan

extension Wire.SystemVersion {
  init(_ information: EngineInformation) {
    self.init()
    let architecture = Self.goName(of: information.architecture)
    Platform.Name = "\(Product.name) \(Product.version)"
    Version = Product.version
    ApiVersion = APIVersion.current.description
    MinAPIVersion = APIVersion.minimum.description
    Os = "linux"
    Arch = architecture
    KernelVersion = information.kernelRelease
    var component = Component()
    component.Name = "Engine"
    component.Version = Product.version
    component.Details = [
      "ApiVersion": ApiVersion, "MinAPIVersion": MinAPIVersion, "Os": Os, "Arch": architecture,
      "KernelVersion": KernelVersion, "Experimental": "false",
    ]
    Components = [component]
  }

  /// Go's name of an architecture, which the API uses, from the kernel's name.
  private static func goName(of machine: String) -> String {
    switch machine {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    case "i386", "i686": "386"
    case "armv7l", "armv6l": "arm"
    default: machine
    }
  }
}

extension Wire.SystemInfo {
  init(_ information: EngineInformation, _ configuration: EngineConfiguration) {
    self.init()
    ID = information.id
    Containers = information.containers
    ContainersRunning = information.running
    ContainersPaused = information.paused
    ContainersStopped = information.stopped
    Images = information.images
    Driver = information.storageDriver
    DriverStatus = [["Backing", "overlayfs of the kernel"]]
    Plugins.Volume = information.volumeDrivers
    Plugins.Network = information.networkDrivers
    Plugins.Log = information.logDrivers
    IPv4Forwarding = information.forwardsIPv4
    SystemTime = information.systemTime
    LoggingDriver = configuration.containerDefaults.logConfiguration.driver
    CgroupDriver = information.cgroupDriver
    CgroupVersion = information.cgroupVersion
    KernelVersion = information.kernelRelease
    OperatingSystem = information.operatingSystem
    Architecture = information.architecture
    NCPU = information.processors
    MemTotal = information.memory
    DockerRootDir = information.dataRoot
    Name = information.name
    Labels = information.labels
    IndexServerAddress = "https://index.docker.io/v1/"
    RegistryConfig = Registries(configuration.registries)
    HttpProxy = Self.environment("HTTP_PROXY")
    HttpsProxy = Self.environment("HTTPS_PROXY")
    NoProxy = Self.environment("NO_PROXY")
    ServerVersion = Product.version
    for (name, path) in information.runtimes {
      var runtime = Runtime()
      runtime.path = path
      Runtimes[name] = runtime
    }
    DefaultRuntime = information.defaultRuntime
    SecurityOptions = information.securityOptions
    DefaultAddressPools = configuration.addressPools.map { pool in
      var shown = AddressPool()
      shown.Base = pool.base.description
      shown.Size = pool.size
      return shown
    }
    var firewall = Firewall()
    firewall.Driver = "nftables"
    FirewallBackend = firewall
    Warnings = information.warnings.isEmpty ? nil : information.warnings
  }
}

extension Wire.Volume {
  init(_ model: Volume) {
    self.init()
    CreatedAt = model.created.description
    Driver = model.driver
    Labels = model.labels
    Mountpoint = model.mountpoint
    Name = model.name
    Options = model.options.isEmpty ? nil : model.options
  }
}

extension Wire.ExecInspect {
  init(_ view: ExecView) {
    self.init()
    ID = view.id
    Running = view.isRunning
    ExitCode = view.exitCode.map(Int.init)
    ProcessConfig.tty = view.request.tty
    ProcessConfig.entrypoint = view.request.command.first ?? ""
    ProcessConfig.arguments = Array(view.request.command.dropFirst())
    ProcessConfig.privileged = view.request.privileged
    ProcessConfig.user = view.request.user.isEmpty ? nil : view.request.user
    OpenStdin = view.request.attachStdin
    OpenStderr = view.request.attachStderr
    OpenStdout = view.request.attachStdout
    CanRemove = view.exitCode != nil
    ContainerID = view.container.rawValue
    DetachKeys = view.request.detachKeys
    Pid = Int(view.pid)
  }
}
