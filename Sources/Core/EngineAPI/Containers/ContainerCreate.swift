extension Wire {
  /// The body of `POST /containers/create`: the members of ``ContainerConfig``, a host configuration and a networking
  /// configuration.
  public struct ContainerCreateBody: Codable, Sendable, Hashable {
    public var Config: ContainerConfig
    public var HostConfig: Wire.HostConfig
    public var NetworkingConfig: Wire.NetworkingConfig

    public init(
      Config: ContainerConfig, HostConfig: Wire.HostConfig = Wire.HostConfig(),
      NetworkingConfig: Wire.NetworkingConfig = Wire.NetworkingConfig()
    ) {
      self.Config = Config
      self.HostConfig = HostConfig
      self.NetworkingConfig = NetworkingConfig
    }

    private enum CodingKeys: String, CodingKey {
      case HostConfig
      case NetworkingConfig
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      Config = try ContainerConfig(from: decoder)
      HostConfig = try container.decode(Wire.HostConfig.self, forKey: .HostConfig)
      NetworkingConfig = try container.decode(Wire.NetworkingConfig.self, forKey: .NetworkingConfig)
    }

    public func encode(to encoder: any Encoder) throws {
      try Config.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(HostConfig, forKey: .HostConfig)
      try container.encode(NetworkingConfig, forKey: .NetworkingConfig)
    }
  }

  public struct NetworkingConfig: Codable, Sendable, Hashable {
    public var EndpointsConfig: [String: EndpointSettings] = [:]
    public init() {}
  }

  public struct ContainerCreateResponse: Codable, Sendable, Hashable {
    public var Id: String
    public var Warnings: [String]
    public init(Id: String, Warnings: [String] = []) {
      self.Id = Id
      self.Warnings = Warnings
    }
  }
}
