public import EngineModel

/// `POST /containers/create`.
public struct ContainerCreateRequest: Sendable, Hashable {
  /// `nil`: the engine generates one.
  public var name: String?
  public var configuration: ContainerConfiguration
  public var host: HostConfiguration
  /// Endpoint settings by the network's name or id (`NetworkingConfig.EndpointsConfig`).
  public var endpoints: [String: EndpointSettings]
  /// `os/architecture[/variant]`; `nil`: this host's.
  public var platform: String?

  public init(
    name: String? = nil, configuration: ContainerConfiguration, host: HostConfiguration = HostConfiguration(),
    endpoints: [String: EndpointSettings] = [:], platform: String? = nil
  ) {
    self.name = name
    self.configuration = configuration
    self.host = host
    self.endpoints = endpoints
    self.platform = platform
  }
}

/// The answer to ``ContainerCreateRequest``.
public struct ContainerCreated: Sendable, Hashable {
  public var id: ContainerID
  public var warnings: [String]

  public init(id: ContainerID, warnings: [String] = []) {
    self.id = id
    self.warnings = warnings
  }
}

/// `GET /containers/json`.
public struct ContainerListRequest: Sendable, Hashable {
  /// Also lists stopped containers.
  public var all: Bool
  /// The maximum number; the list then has the newest containers, running or not.
  public var limit: Int?
  public var withSizes: Bool
  public var filters: Filters

  public init(all: Bool = false, limit: Int? = nil, withSizes: Bool = false, filters: Filters = Filters()) {
    self.all = all
    self.limit = limit
    self.withSizes = withSizes
    self.filters = filters
  }
}
