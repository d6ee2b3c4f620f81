package import Addressing
package import EngineModel

/// `POST /containers/create`.
package struct ContainerCreateRequest: Sendable, Hashable {
  /// `nil`: the engine generates one.
  package var name: String?
  package var configuration: ContainerConfiguration
  package var host: HostConfiguration
  /// Endpoint settings by the network's name or id (`NetworkingConfig.EndpointsConfig`).
  package var endpoints: [String: EndpointSettings]
  /// The hardware address of the main network's endpoint.
  package var hardwareAddress: MACAddress?
  /// `os/architecture[/variant]`; `nil`: this host's.
  package var platform: String?

  package init(
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
package struct ContainerCreated: Sendable, Hashable {
  package var id: ContainerID
  package var warnings: [String]

  package init(id: ContainerID, warnings: [String] = []) {
    self.id = id
    self.warnings = warnings
  }
}

/// `GET /containers/json`.
package struct ContainerListRequest: Sendable, Hashable {
  /// Also lists stopped containers.
  package var all: Bool
  /// The maximum number; the list then has the newest containers, running or not.
  package var limit: Int?
  package var withSizes: Bool
  package var filters: Filters

  package init(all: Bool = false, limit: Int? = nil, withSizes: Bool = false, filters: Filters = Filters()) {
    self.all = all
    self.limit = limit
    self.withSizes = withSizes
    self.filters = filters
  }
}
