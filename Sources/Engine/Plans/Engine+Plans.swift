public import EngineModel

extension Engine {
  /// What making the network would do to this host. Nothing is done and nothing is kept.
  public func planNetwork(_ request: NetworkCreateRequest) async throws -> HostPlan { throw Self.missing("plan") }

  public func planConnect(network: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws -> HostPlan
  { throw Self.missing("plan") }

  /// What making and starting the container would do to this host's network.
  public func planRun(_ request: ContainerCreateRequest) async throws -> HostPlan { throw Self.missing("plan") }
}
