public import JSON

extension Wire {
  /// `ContainerInspectResponse`.
  public struct ContainerInspect: Codable, Sendable, Hashable {
    public var Id = ""
    public var Created = ""
    public var Path = ""
    public var Args: [String] = []
    public var State = ContainerState()
    public var Image = ""
    public var ResolvConfPath = ""
    public var HostnamePath = ""
    public var HostsPath = ""
    public var LogPath = ""
    /// With a leading slash.
    public var Name = ""
    public var RestartCount = 0
    public var Driver = ""
    public var Platform = ""
    public var MountLabel = ""
    public var ProcessLabel = ""
    public var AppArmorProfile = ""
    @Nullable public var ExecIDs: [String]?
    public var HostConfig = Wire.HostConfig()
    public var GraphDriver = DriverData()
    public var SizeRw: Int64?
    public var SizeRootFs: Int64?
    public var Mounts: [MountPoint] = []
    public var Config = ContainerConfig()
    public var NetworkSettings = Wire.NetworkSettings()

    public init() {}
  }

  public struct ContainerState: Codable, Sendable, Hashable {
    public var Status = ""
    public var Running = false
    public var Paused = false
    public var Restarting = false
    public var OOMKilled = false
    public var Dead = false
    public var Pid = 0
    public var ExitCode = 0
    public var Error = ""
    public var StartedAt = ""
    public var FinishedAt = ""
    public var Health: Wire.Health?
    public init() {}
  }

  public struct Health: Codable, Sendable, Hashable {
    public var Status = ""
    public var FailingStreak = 0
    public var Log: [Probe] = []
    public init() {}

    public struct Probe: Codable, Sendable, Hashable {
      public var Start = ""
      public var End = ""
      public var ExitCode = 0
      public var Output = ""
      public init() {}
    }
  }

  public struct DriverData: Codable, Sendable, Hashable {
    @Nullable public var Data: [String: String]?
    public var Name = ""
    public init() {}
  }

  /// `NetworkSettings`: the upper half repeats the default bridge's endpoint for old clients.
  public struct NetworkSettings: Codable, Sendable, Hashable {
    public var Bridge = ""
    public var SandboxID = ""
    public var SandboxKey = ""
    /// A port that is exposed but not published has the value `null`.
    public var Ports: [String: [PortBinding]?] = [:]
    public var HairpinMode = false
    public var LinkLocalIPv6Address = ""
    public var LinkLocalIPv6PrefixLen = 0
    @Nullable public var SecondaryIPAddresses: [String]?
    @Nullable public var SecondaryIPv6Addresses: [String]?
    public var EndpointID = ""
    public var Gateway = ""
    public var GlobalIPv6Address = ""
    public var GlobalIPv6PrefixLen = 0
    public var IPAddress = ""
    public var IPPrefixLen = 0
    public var IPv6Gateway = ""
    public var MacAddress = ""
    public var Networks: [String: EndpointSettings] = [:]
    public init() {}
  }
}
