package import JSON

extension Wire {
  /// `ContainerInspectResponse`.
  package struct ContainerInspect: Codable, Sendable, Hashable {
    package var Id = ""
    package var Created = ""
    package var Path = ""
    package var Args: [String] = []
    package var State = ContainerState()
    package var Image = ""
    package var ResolvConfPath = ""
    package var HostnamePath = ""
    package var HostsPath = ""
    package var LogPath = ""
    /// With a leading slash.
    package var Name = ""
    package var RestartCount = 0
    package var Driver = ""
    package var Platform = ""
    package var MountLabel = ""
    package var ProcessLabel = ""
    package var AppArmorProfile = ""
    @Nullable package var ExecIDs: [String]?
    package var HostConfig = Wire.HostConfig()
    package var GraphDriver = DriverData()
    package var SizeRw: Int64?
    package var SizeRootFs: Int64?
    package var Mounts: [MountPoint] = []
    package var Config = ContainerConfig()
    package var NetworkSettings = Wire.NetworkSettings()

    package init() {}
  }

  package struct ContainerState: Codable, Sendable, Hashable {
    package var Status = ""
    package var Running = false
    package var Paused = false
    package var Restarting = false
    package var OOMKilled = false
    package var Dead = false
    package var Pid = 0
    package var ExitCode = 0
    package var Error = ""
    package var StartedAt = ""
    package var FinishedAt = ""
    package var Health: Wire.Health?
    package init() {}
  }

  package struct Health: Codable, Sendable, Hashable {
    package var Status = ""
    package var FailingStreak = 0
    package var Log: [Probe] = []
    package init() {}

    package struct Probe: Codable, Sendable, Hashable {
      package var Start = ""
      package var End = ""
      package var ExitCode = 0
      package var Output = ""
      package init() {}
    }
  }

  package struct DriverData: Codable, Sendable, Hashable {
    @Nullable package var Data: [String: String]?
    package var Name = ""
    package init() {}
  }

  /// `NetworkSettings`.
  package struct NetworkSettings: Codable, Sendable, Hashable {
    package var SandboxID = ""
    package var SandboxKey = ""
    /// A port that is exposed but not published has the value `null`.
    package var Ports: [String: [PortBinding]?] = [:]
    package var Networks: [String: EndpointSettings] = [:]
    /// Only before version 1.52.
    package var deprecated: DeprecatedNetworkSettings?
    package init() {}

    private enum CodingKeys: String, CodingKey {
      case SandboxID, SandboxKey, Ports, Networks
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      SandboxID = try container.decodeIfPresent(String.self, forKey: .SandboxID) ?? ""
      SandboxKey = try container.decodeIfPresent(String.self, forKey: .SandboxKey) ?? ""
      Ports = try container.decodeIfPresent([String: [PortBinding]?].self, forKey: .Ports) ?? [:]
      Networks = try container.decodeIfPresent([String: EndpointSettings].self, forKey: .Networks) ?? [:]
      deprecated = try? DeprecatedNetworkSettings(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
      try deprecated?.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(SandboxID, forKey: .SandboxID)
      try container.encode(SandboxKey, forKey: .SandboxKey)
      try container.encode(Ports, forKey: .Ports)
      try container.encode(Networks, forKey: .Networks)
    }
  }

  /// The fields of `NetworkSettings` that repeat the default bridge's endpoint.
  package struct DeprecatedNetworkSettings: Codable, Sendable, Hashable {
    package var Bridge = ""
    package var HairpinMode = false
    package var LinkLocalIPv6Address = ""
    package var LinkLocalIPv6PrefixLen = 0
    @Nullable package var SecondaryIPAddresses: [String]?
    @Nullable package var SecondaryIPv6Addresses: [String]?
    package var EndpointID = ""
    package var Gateway = ""
    package var GlobalIPv6Address = ""
    package var GlobalIPv6PrefixLen = 0
    package var IPAddress = ""
    package var IPPrefixLen = 0
    package var IPv6Gateway = ""
    package var MacAddress = ""
    package init() {}
  }
}
