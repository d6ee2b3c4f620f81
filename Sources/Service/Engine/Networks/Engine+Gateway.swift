import Addressing
import EngineModel
import NetworkPlan

/// The way out of containers whose networks do not lead out: one further interface, on the bridge `docker_gwbridge`.
///
/// It is no attachment of the user's, and nobody is found by name on it. It comes with the first network that leaves the
/// way out to the engine and goes when another network leads out.
extension Engine {
  /// As Docker makes it: the containers on it go out, and do not reach each other.
  static var gatewayBridge: NetworkCreateRequest {
    var request = NetworkCreateRequest(name: Network.gatewayBridgeName)
    request.driver = NetworkDriver.bridge.rawValue
    request.enableIPv6 = false
    request.options = [BridgeOptions.iccKey: "false", BridgeOptions.masqueradeKey: "true"]
    return request
  }

  func needsGateway(_ container: Container) -> Bool { SandboxIntent.needsGateway(endpointIntents(container)) }

  /// Gives a container that needs one a place on the gateway bridge, which is made if it is not there, and publishes its
  /// ports there. The caller commits; on an error nothing was taken.
  ///
  /// - Returns: whether the record changed.
  func settleGateway(of container: inout Container) async throws -> Bool {
    let before = container.gatewayEndpoint
    dropGateway(of: &container)
    guard needsGateway(container), before == nil else { return before != container.gatewayEndpoint }
    let network = try await gatewayNetwork()
    try takeGateway(for: &container, on: network)
    return true
  }

  func takeGateway(for container: inout Container, on network: Network) throws(EngineError) {
    var endpoint = Endpoint(
      id: .random(), network: network.id, container: container.id, settings: EndpointSettings())
    try take(&endpoint, of: container)
    container.gatewayEndpoint = endpoint
    do throws(EngineError) {
      try takePorts(for: &container)
    } catch {
      giveBackGateway(of: &container)
      throw error
    }
  }

  /// Takes the place from the record where it is not needed any more. What it held is given back when it is out of use.
  func dropGateway(of container: inout Container) {
    guard container.gatewayEndpoint != nil, !needsGateway(container) else { return }
    container.gatewayEndpoint = nil
    // What leads out now may be a network that publishes nothing.
    let intent = sandboxIntent(container)
    let way = intent.gateway(.ipv4) ?? intent.gateway(.ipv6)
    if way?.network.driver != .bridge { container.publications = [] }
  }

  func giveBackGateway(of container: inout Container) {
    guard var endpoint = container.gatewayEndpoint else { return }
    state.release(&endpoint)
    container.gatewayEndpoint = nil
  }

  /// Gives back what one record holds and the next one does not, when nothing uses it any more.
  func releaseGateway(of old: Container, unlessHeldBy new: Container, _ parts: Parts) async {
    if new.publications.isEmpty { for publication in old.publications { state.ports.release(publication) } }
    guard var endpoint = old.gatewayEndpoint, new.gatewayEndpoint?.id != endpoint.id else { return }
    await parts.connections?.forget(endpoint.addresses, of: ConntrackCleaner.Holder(old))
    state.release(&endpoint)
  }

  /// Commits the place and the ports on it, and leaves the rest of the record as others may have changed it meanwhile.
  func keepGateway(of container: Container) throws(EngineError) {
    var record = try record(container.id)
    let held = record.gatewayEndpoint
    record.gatewayEndpoint = container.gatewayEndpoint
    record.publications = container.publications
    do throws(EngineError) {
      try keep(record)
    } catch {
      if held == nil { giveBackNetwork(ofGatewayAlone: container) }
      throw error
    }
  }

  private func giveBackNetwork(ofGatewayAlone container: Container) {
    var container = container
    giveBackGateway(of: &container)
    giveBackPorts(of: &container)
  }

  /// The network, made on demand. One that the user made before under this name is as good, whatever its options.
  private func gatewayNetwork() async throws -> Network {
    for _ in 0..<3 {
      if let id = state.networkNames[Network.gatewayBridgeName], state.networks[id] == nil {
        // It is being removed; then another one is created.
        try await networksInMaking[id]?.value
      }
      if let known = try knownGatewayNetwork() {
        try await networksInMaking[known.id]?.value
        // Somebody may have removed it while it was being made.
        if let network = state.networks[known.id] { return network }
      }
      do {
        _ = try await createNetwork(Self.gatewayBridge)
      } catch let error as EngineError where error.code == .conflict {
        // Another container needed it at the same time.
      }
    }
    throw EngineError(.unavailable, "the network \(Network.gatewayBridgeName) is removed as often as it is made")
  }

  /// - Throws: `forbidden` when the name is that of a network which cannot do this.
  private func knownGatewayNetwork() throws(EngineError) -> Network? {
    guard let id = state.networkNames[Network.gatewayBridgeName], let network = state.networks[id] else { return nil }
    guard network.isGatewayBridge, !network.isInternal, !network.isConfigurationOnly else {
      throw EngineError(
        .forbidden,
        "the network \(network.name), by which containers go out whose networks do not lead out, must be a bridge that is "
          + "not internal: remove it, or make it anew with the driver bridge")
    }
    return network
  }

  // MARK: Plans

  /// A container's network as it would be, with its way out, and what would be done before for that. Nothing is taken.
  ///
  /// - Parameter body: makes the record, and may take from the state.
  func planned(
    _ body: () throws(EngineError) -> Container
  ) async throws -> (container: Container, wish: SandboxIntent, steps: [String]) {
    let draft = try trying(body)
    guard needsGateway(draft), draft.gatewayEndpoint == nil else { return (draft, sandboxIntent(draft), []) }
    let known = try knownGatewayNetwork()
    let making = known == nil ? try await planned(Self.gatewayBridge) : nil
    guard let network = known ?? making?.network else { return (draft, sandboxIntent(draft), []) }
    return try trying { () throws(EngineError) in
      if state.networks[network.id] == nil { state.insert(network) }
      var container = try body()
      try takeGateway(for: &container, on: network)
      return (container, sandboxIntent(container), making?.steps ?? [])
    }
  }
}
