import Addressing
import EngineModel
import Logging
import NetworkPlan
import Plugins

extension Engine {
  /// Creates a container's endpoints at network plugins and joins them, and commits the answers. The container's network
  /// namespace must exist. After an error the record holds what must be released.
  func joinPlugins(_ container: inout Container) async throws {
    let waiting = container.endpoints.indices.filter { index in
      container.endpoints[index].pluginEndpoint?.isJoined == false
    }
    guard !waiting.isEmpty else { return }
    for index in waiting {
      var endpoint = container.endpoints[index]
      guard let network = state.networks[endpoint.network] else { continue }
      do {
        try await ready(network.driver.rawValue, for: .networkDriver)
        try await create(&endpoint, network, container)
      } catch {
        // A plugin that never had the endpoint has nothing to delete.
        if (error as? PluginFailure)?.mayHaveActed != true {
          container.endpoints[index].pluginEndpoint = nil
          try replaceEndpoints(with: container.endpoints, of: container.id)
        }
        throw error
      }
      try await join(&endpoint, network, container)
      container.endpoints[index] = endpoint
    }
    let intent = SandboxIntent(name: container.id.rawValue, endpoints: endpointIntents(container))
    let leading = Set([intent.gateway(.ipv4), intent.gateway(.ipv6)].compactMap { $0?.endpoint.id })
    for index in waiting {
      let id = container.endpoints[index].id
      container.endpoints[index].pluginEndpoint?.publishes = leading.contains(id)
    }
    // Even when the commit fails, the state must know what the plugin has.
    try replaceEndpoints(with: container.endpoints, of: container.id)
    if state.containers[container.id] != nil { try mutate(container.id) { _ in } }
  }

  private func create(_ endpoint: inout Endpoint, _ network: Network, _ container: Container) async throws {
    let call = NetworkDriverCalls.createEndpoint(endpoint, on: network, Self.pluginPorts(container))
    let answer = try await plugins.ask(call, for: .networkDriver, as: NetworkDriverAnswers.CreatedEndpoint.self)
    var filled = endpoint
    try named(call.plugin, call.method) { () throws(Unusable) in try answer.fill(&filled) }
    endpoint = filled
  }

  private func join(_ endpoint: inout Endpoint, _ network: Network, _ container: Container) async throws {
    let call = NetworkDriverCalls.join(
      endpoint, on: network, sandbox: namespacePath(container.id), Self.pluginPorts(container))
    let answer = try await plugins.ask(call, for: .networkDriver, as: NetworkDriverAnswers.Joined.self)
    var filled = endpoint
    try named(call.plugin, call.method) { () throws(Unusable) in try answer.fill(&filled) }
    filled.pluginEndpoint?.isJoined = true
    filled.interface = try Self.interfaceName(
      for: filled, on: network, besides: container, name: answer.nameInContainer, prefix: answer.prefixInContainer)
    endpoint = filled
    if endpoint.mac == nil { endpoint.mac = await hardwareAddress(of: endpoint, network) }
  }

  /// The MAC from the plugin's endpoint information, if it named none when it created the endpoint.
  private func hardwareAddress(of endpoint: Endpoint, _ network: Network) async -> MACAddress? {
    do {
      let answer = try await plugins.perform(
        NetworkDriverCalls.endpointInformation(endpoint, on: network), for: .networkDriver)
      return NetworkDriverAnswers.hardwareAddress(inInformation: answer)
    } catch {
      logger.debug("\(error)")
      return nil
    }
  }

  /// Writes endpoints into the container's record, unless they were removed from it.
  private func replaceEndpoints(with endpoints: [Endpoint], of id: ContainerID) throws(EngineError) {
    guard state.containers[id] != nil else { return }
    try mutate(id, .memoryOnly) { record in
      for endpoint in endpoints {
        guard let index = record.endpoints.firstIndex(where: { $0.id == endpoint.id }) else { continue }
        let settings = record.endpoints[index].settings
        record.endpoints[index] = endpoint
        record.endpoints[index].settings = settings
      }
    }
  }

  /// Publishes the container's ports at the plugins whose network gives external connectivity.
  func publishAtPlugins(_ container: Container) async throws {
    for endpoint in container.endpoints where endpoint.pluginEndpoint?.publishes == true {
      guard let network = state.networks[endpoint.network] else { continue }
      do {
        _ = try await plugins.perform(
          NetworkDriverCalls.programExternalConnectivity(endpoint, on: network, Self.pluginPorts(container)),
          for: .networkDriver)
      } catch let failure as PluginFailure where failure.kind == .unknownCall {
        // The plugin publishes nothing. It got the ports when the endpoint was created.
        logger.debug("\(failure)")
      }
    }
  }

  static func pluginPorts(_ container: Container) -> EndpointPorts {
    var published = container.host.portBindings
    if container.host.publishAllPorts {
      for port in container.configuration.exposedPorts where published[port] == nil { published[port] = [] }
    }
    return EndpointPorts(exposed: Array(container.configuration.exposedPorts), published: published)
  }
}
