import Addressing
import EngineModel
import NetworkPlan

/// Puts a container's attachments into its record, and checks what is asked of each.
struct EndpointDesign: Sendable {
  let request: ContainerCreateRequest
  let mode: NetworkMode

  func add(to container: inout Container, in state: EngineState) throws(EngineError) {
    var wishes = request.endpoints
    guard !request.configuration.networkDisabled else { return }
    let main: String
    switch mode {
    case .host, .none, .container:
      // A client may repeat the mode as an endpoint; anything else makes no sense beside it.
      let others = wishes.keys.filter { $0 != mode.description && $0 != "default" }
      guard others.isEmpty else { throw Self.conflict(mode) }
      return
    case .default, .bridge: main = "bridge"
    case .network(let name): main = name
    }
    // `default` and `bridge` are two words for one network, and a client may use one here and the other there.
    var settings = wishes.removeValue(forKey: main) ?? EndpointSettings()
    for synonym in [mode.description, "default"] where synonym == "default" ? main == "bridge" : true {
      if let more = wishes.removeValue(forKey: synonym) { settings = more }
    }
    try attach(main, settings, to: &container, in: state)
    for (name, settings) in wishes.sorted(by: { $0.key < $1.key }) {
      try attach(name, settings, to: &container, in: state)
    }
  }

  /// A network that is not there yet is noted by name: Docker, too, speaks of it only when the container starts.
  private func attach(
    _ name: String, _ settings: EndpointSettings, to container: inout Container, in state: EngineState
  ) throws(EngineError) {
    guard let network = try? state.network(name) else {
      container.unresolvedNetworks[name] = settings
      return
    }
    guard network.driver != .host, network.driver != .null else {
      throw EngineError(
        .invalidParameter, "conflicting options: cannot attach both user-defined and non-user-defined network-modes")
    }
    try Self.check(settings, on: network)
    guard !container.endpoints.contains(where: { $0.network == network.id }) else { return }
    container.endpoints.append(
      Endpoint(id: .random(), network: network.id, container: container.id, settings: settings))
  }

  /// What may be asked of an attachment to a network.
  static func check(_ settings: EndpointSettings, on network: Network) throws(EngineError) {
    if network.isDefaultBridge {
      if settings.ipv4 != nil || settings.ipv6 != nil {
        throw EngineError(.invalidParameter, "user specified IP address is supported on user defined networks only")
      }
      if !settings.aliases.isEmpty {
        throw EngineError(
          .invalidParameter, "network-scoped alias is supported only for containers in user defined networks")
      }
    }
    if network.isConfigurationOnly {
      throw EngineError(.forbidden, "network \(network.name) is a configuration-only network, and cannot be used")
    }
    if let mac = settings.mac, mac.isMulticast || mac.rawValue == 0 {
      throw EngineError(.invalidParameter, "invalid endpoint settings:\ninvalid MAC address \(mac)")
    }
    let asked = [settings.ipv4.map(IPAddress.v4), settings.ipv6.map(IPAddress.v6)].compactMap(\.self)
    for address in asked {
      let pools = network.ipam.pools.compactMap(\.subnet)
      guard pools.contains(where: { $0.contains(address) }) else {
        throw EngineError(
          .invalidParameter,
          "invalid config for network \(network.name): invalid endpoint settings:\n"
            + "no configured subnet contains IP address \(address)")
      }
    }
    for address in settings.linkLocalAddresses where address.isLoopback || address.isMulticast || address.isUnspecified
    {
      throw EngineError(
        .invalidParameter, "invalid endpoint settings:\ninvalid link-local IP address: \(address)")
    }
  }

  private static func conflict(_ mode: NetworkMode) -> EngineError {
    switch mode {
    case .container:
      EngineError(
        .invalidParameter,
        "container sharing network namespace with another container or host cannot be connected to any other network")
    case .host:
      EngineError(
        .invalidParameter, "container cannot be disconnected from host network or connected to host network")
    default:
      EngineError(
        .invalidParameter,
        "container cannot be connected to multiple networks with one of the networks in private (none) mode")
    }
  }
}
