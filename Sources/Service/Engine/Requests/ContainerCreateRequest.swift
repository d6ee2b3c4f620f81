public import EngineModel

/// What `POST /containers/create` asks for.
public struct ContainerCreateRequest: Sendable, Hashable {
  /// `nil`: the engine makes one up.
  public var name: String?
  public var configuration: ContainerConfiguration
  public var host: HostConfiguration
  /// Settings of attachments by the network's name or id (`NetworkingConfig.EndpointsConfig`).
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

/// A container that was made, and what is to be said about it.
public struct ContainerCreated: Sendable, Hashable {
  public var id: ContainerID
  public var warnings: [String]

  public init(id: ContainerID, warnings: [String] = []) {
    self.id = id
    self.warnings = warnings
  }
}

/// Which containers, and how much about each.
public struct ContainerListRequest: Sendable, Hashable {
  /// Those that do not run, too.
  public var all: Bool
  /// The newest so many, whether they run or not.
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
