extension Wire {
  /// The body of `POST /containers/create`: the members of ``ContainerConfig``, a host configuration and a networking
  /// configuration.
  package struct ContainerCreateBody: Codable, Sendable, Hashable {
    package var Config: ContainerConfig
    package var HostConfig: Wire.HostConfig
    package var NetworkingConfig: Wire.NetworkingConfig

    package init(
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

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      Config = try ContainerConfig(from: decoder)
      HostConfig = try container.decode(Wire.HostConfig.self, forKey: .HostConfig)
      NetworkingConfig = try container.decode(Wire.NetworkingConfig.self, forKey: .NetworkingConfig)
    }

    package func encode(to encoder: any Encoder) throws {
      try Config.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(HostConfig, forKey: .HostConfig)
      try container.encode(NetworkingConfig, forKey: .NetworkingConfig)
    }
  }

  package struct NetworkingConfig: Codable, Sendable, Hashable {
    package var EndpointsConfig: [String: EndpointSettings] = [:]
    package init() {}
  }

  package struct ContainerCreateResponse: Codable, Sendable, Hashable {
    package var Id: String
    package var Warnings: [String]
    package init(Id: String, Warnings: [String] = []) {
      self.Id = Id
      self.Warnings = Warnings
    }
  }
}
