import Addressing
import EngineModel
import Logging
import NetworkPlan
import Plugins

extension Engine {
  /// Has network plugins make the links of a container's endpoints on their networks, and commits what they answered.
  /// The container's namespace must be there. On an error the record is as it has to be for giving back.
  func joinPlugins(_ container: inout Container) async throws {
    let waiting = container.endpoints.indices.filter { index in
      container.endpoints[index].place?.isJoined == false
    }
    guard !waiting.isEmpty else { return }
    for index in waiting {
      var endpoint = container.endpoints[index]
      guard let network = state.networks[endpoint.network] else { continue }
      do {
        try await ready(network.driver.rawValue, for: .networkDriver)
        try await create(&endpoint, network, container)
      } catch {
        // Where the plugin never had it there is nothing to take back.
        if (error as? PluginFailure)?.mayHaveActed != true {
          container.endpoints[index].place = nil
          take(container.endpoints, to: container.id)
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
      container.endpoints[index].place?.publishes = leading.contains(id)
    }
    take(container.endpoints, to: container.id)
    if let record = state.containers[container.id] { try keep(record) }
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
    filled.place?.isJoined = true
    filled.interface = try Self.interfaceName(
      for: filled, on: network, besides: container, name: answer.nameInContainer, prefix: answer.prefixInContainer)
    endpoint = filled
    if endpoint.mac == nil { endpoint.mac = await hardwareAddress(of: endpoint, network) }
  }

  /// What the plugin tells of an endpoint beside: its hardware address, where it named none before.
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

  /// Puts endpoints into the state's record, where they are still that container's.
  private func take(_ endpoints: [Endpoint], to id: ContainerID) {
    guard var record = state.containers[id] else { return }
    for endpoint in endpoints {
      guard let index = record.endpoints.firstIndex(where: { $0.id == endpoint.id }) else { continue }
      record.endpoints[index] = endpoint
    }
    state.put(record)
  }

  /// Has plugins publish the container's ports where their network leads out.
  func publishAtPlugins(_ container: Container) async throws {
    for endpoint in container.endpoints where endpoint.place?.publishes == true {
      guard let network = state.networks[endpoint.network] else { continue }
      do {
        _ = try await plugins.perform(
          NetworkDriverCalls.programExternalConnectivity(endpoint, on: network, Self.pluginPorts(container)),
          for: .networkDriver)
      } catch let failure as PluginFailure where failure.kind == .unknownCall {
        // A plugin that publishes nothing; it was told of the ports when the endpoint was made.
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
