import Addressing
import EngineModel
import NetworkPlan

/// The gateway network: it gives external connectivity to containers whose own networks have none, with one further
/// endpoint on the bridge `docker_gwbridge`.
///
/// Users do not see this endpoint as a connection, and DNS does not answer names on it. A container has it from the first
/// network that leaves external connectivity to the engine until another network provides that.
extension Engine {
  /// The same options as in Docker: masquerade, and no ICC.
  static var gatewayBridge: NetworkCreateRequest {
    var request = NetworkCreateRequest(name: Network.gatewayBridgeName)
    request.driver = NetworkDriver.bridge.rawValue
    request.enableIPv6 = false
    request.options = [BridgeOptions.iccKey: "false", BridgeOptions.masqueradeKey: "true"]
    return request
  }

  func needsGateway(_ container: Container) -> Bool { SandboxIntent.needsGateway(endpointIntents(container)) }

  /// Gives a container that needs it an endpoint on the gateway network, and publishes its ports there. Creates the network
  /// if necessary. The caller commits; on an error nothing is leased.
  ///
  /// - Returns: whether the record changed.
  func updateGatewayEndpoint(of container: inout Container) async throws -> Bool {
    let before = container.gatewayEndpoint
    removeUnneededGatewayEndpoint(of: &container)
    guard needsGateway(container), before == nil else { return before != container.gatewayEndpoint }
    let network = try await gatewayNetwork()
    try leaseGatewayEndpoint(for: &container, on: network)
    return true
  }

  func leaseGatewayEndpoint(for container: inout Container, on network: Network) throws(EngineError) {
    var endpoint = Endpoint(
      id: .random(), network: network.id, container: container.id, settings: EndpointSettings())
    try leaseEndpoint(&endpoint, of: container)
    container.gatewayEndpoint = endpoint
    do throws(EngineError) {
      try leasePorts(for: &container)
    } catch {
      releaseGatewayEndpoint(of: &container)
      throw error
    }
  }

  /// Removes an unneeded gateway endpoint from the record. Its leases are released later, when nothing uses them.
  func removeUnneededGatewayEndpoint(of container: inout Container) {
    guard container.gatewayEndpoint != nil, !needsGateway(container) else { return }
    container.gatewayEndpoint = nil
    // The network that now provides external connectivity may not publish ports.
    let intent = sandboxIntent(container)
    let way = intent.gateway(.ipv4) ?? intent.gateway(.ipv6)
    if way.flatMap({ $0.network.behavior.publicationOptions(of: $0.network) }) == nil { container.publications = [] }
  }

  func releaseGatewayEndpoint(of container: inout Container) {
    guard var endpoint = container.gatewayEndpoint else { return }
    state.release(&endpoint)
    container.gatewayEndpoint = nil
  }

  /// Releases the ports and the gateway endpoint that the old record holds and the new one does not.
  func releaseGatewayEndpoint(of old: Container, unlessHeldBy new: Container, _ parts: Parts) async {
    if new.publications.isEmpty { for publication in old.publications { state.ports.release(publication) } }
    guard var endpoint = old.gatewayEndpoint, new.gatewayEndpoint?.id != endpoint.id else { return }
    await parts.connections?.scheduleRemoval(endpoint.addresses, of: ConntrackCleaner.Holder(old))
    state.release(&endpoint)
  }

  /// Commits the gateway endpoint and the ports. Other fields of the record may have changed meanwhile and stay.
  func commitGatewayEndpoint(of container: Container) throws(EngineError) {
    let owners = try record(container.id).gatewayEndpoint
    do throws(EngineError) {
      try mutate(container.id) { record in
        record.gatewayEndpoint = container.gatewayEndpoint
        record.publications = container.publications
      }
    } catch {
      if owners == nil { releaseNetwork(ofGatewayAlone: container) }
      throw error
    }
  }

  private func releaseNetwork(ofGatewayAlone container: Container) {
    var container = container
    releaseGatewayEndpoint(of: &container)
    releasePorts(of: &container)
  }

  /// The gateway network, created on demand. A network of this name that the user created serves, too, with its own options.
  private func gatewayNetwork() async throws -> Network {
    for _ in 0..<3 {
      if let id = state.networkNames[Network.gatewayBridgeName], state.networks[id] == nil {
        // It is being removed; then another one is created.
        try await networkActivity.creation(of: id)?.value
      }
      if let known = try knownGatewayNetwork() {
        try await networkActivity.creation(of: known.id)?.value
        // A client may have removed it meanwhile.
        if let network = state.networks[known.id] { return network }
      }
      do {
        _ = try await createNetwork(Self.gatewayBridge)
      } catch let error as EngineError where error.code == .conflict {
        // Another container created it at the same time.
      }
    }
    throw EngineError(
      .unavailable, "the network \(Network.gatewayBridgeName) was removed again each time after the engine created it")
  }

  /// - Throws: `forbidden` if a network of this name cannot serve as the gateway network.
  private func knownGatewayNetwork() throws(EngineError) -> Network? {
    guard let id = state.networkNames[Network.gatewayBridgeName], let network = state.networks[id] else { return nil }
    guard network.isGatewayBridge, !network.isInternal, !network.isConfigurationOnly else {
      throw EngineError(
        .forbidden,
        "the network \(network.name), which gives containers external connectivity, must have the driver bridge and not be "
          + "internal: remove it, or create it again with the driver bridge")
    }
    return network
  }

  // MARK: Plans

  /// A container's network as it would be, with the gateway endpoint, and the steps that would create the gateway network.
  /// Leases nothing.
  ///
  /// - Parameter body: builds the record. It may lease from the state.
  func planned(
    _ body: () throws(EngineError) -> Container
  ) async throws -> (container: Container, sandbox: SandboxIntent, steps: [String]) {
    let draft = try discardingChanges(body)
    guard needsGateway(draft), draft.gatewayEndpoint == nil else { return (draft, sandboxIntent(draft), []) }
    let known = try knownGatewayNetwork()
    let making = known == nil ? try await planned(Self.gatewayBridge) : nil
    guard let network = known ?? making?.network else { return (draft, sandboxIntent(draft), []) }
    return try discardingChanges { () throws(EngineError) in
      if state.networks[network.id] == nil { state.insert(network) }
      var container = try body()
      try leaseGatewayEndpoint(for: &container, on: network)
      return (container, sandboxIntent(container), making?.steps ?? [])
    }
  }
}
