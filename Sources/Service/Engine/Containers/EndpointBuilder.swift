import Addressing
import EngineModel
import NetworkPlan

/// Adds the requested endpoints to a container's record, and validates their settings.
struct EndpointBuilder: Sendable {
  let request: ContainerCreateRequest
  let mode: NetworkMode

  /// Endpoint settings for one network. A client may name a network by its name, its id or a prefix of that.
  private struct Requested {
    /// As the client wrote it.
    var name: String
    /// `nil`: it does not exist.
    var network: NetworkID?
    var settings: EndpointSettings
  }

  func add(to container: inout Container, in state: EngineState) throws(EngineError) {
    guard !request.configuration.networkDisabled else { return }
    let main: String?
    switch mode {
    case .host, .none, .container:
      // A client may repeat the mode as an endpoint; other endpoints conflict with it.
      let others = request.endpoints.keys.filter {
        $0 != mode.description && $0 != "default" && (try? state.network($0))?.name != mode.description
      }
      guard others.isEmpty else { throw Self.conflict(mode) }
      return
    case .default: main = state.networkNames["bridge"] == nil ? nil : "bridge"
    case .bridge: main = "bridge"
    case .network(let name): main = name
    }
    var requested = try resolved(in: state)
    if let main {
      let network = (try? state.network(main))?.id
      let index = requested.firstIndex { network == nil ? $0.name == main : $0.network == network }
      // As in Docker, a container joins the default bridge beside the requested networks only if the request names it.
      let isImplied = mode == .default || mode == .bridge
      if index != nil || requested.isEmpty || !isImplied {
        var settings = index.map { requested.remove(at: $0).settings } ?? EndpointSettings()
        try addHardwareAddress(to: &settings)
        try attach(main, settings, to: &container, in: state)
      } else if request.hardwareAddress != nil {
        throw EngineError(
          .invalidParameter,
          "unable to migrate container-wide MAC address to a specific network: HostConfig.NetworkMode must match the "
            + "identity of a network in NetworkSettings.Networks")
      }
    }
    for endpoint in requested { try attach(endpoint.name, endpoint.settings, to: &container, in: state) }
  }

  /// The requested endpoints in the order of their names, one for each network.
  private func resolved(in state: EngineState) throws(EngineError) -> [Requested] {
    var result: [Requested] = []
    for (name, settings) in request.endpoints.sorted(by: { $0.key < $1.key }) {
      var name = name
      if name == "default" {
        // An engine may have no default network.
        guard state.networkNames["bridge"] != nil else { continue }
        name = "bridge"
      }
      let network = (try? state.network(name))?.id
      let known = result.firstIndex { network == nil ? $0.name == name : $0.network == network }
      guard let known else {
        result.append(Requested(name: name, network: network, settings: settings))
        continue
      }
      // A client may name a network twice, and gives settings with one of the names.
      let other = result[known].settings
      guard other == settings || other == EndpointSettings() || settings == EndpointSettings() else {
        throw EngineError(
          .invalidParameter, "conflicting endpoint settings: \(result[known].name) and \(name) are the same network")
      }
      if other == EndpointSettings() { result[known].settings = settings }
    }
    return result
  }

  private func addHardwareAddress(to settings: inout EndpointSettings) throws(EngineError) {
    guard let mac = request.hardwareAddress else { return }
    if let other = settings.mac, other != mac {
      throw EngineError(
        .invalidParameter,
        "the container-wide MAC address must match the endpoint-specific MAC address for the main network, "
          + "or be left empty")
    }
    settings.mac = mac
  }

  /// Records an unknown network by its name. As in Docker, only the start fails when it does not exist then.
  private func attach(
    _ name: String, _ settings: EndpointSettings, to container: inout Container, in state: EngineState
  ) throws(EngineError) {
    guard let network = try? state.network(name) else {
      container.unresolvedNetworks[name] = settings
      return
    }
    guard network.behavior.connectionRefusal == nil || network.isConfigurationOnly else {
      throw EngineError(
        .invalidParameter, "conflicting options: cannot attach both user-defined and non-user-defined network-modes")
    }
    try Self.check(settings, on: network)
    guard !container.endpoints.contains(where: { $0.network == network.id }) else { return }
    container.endpoints.append(
      Endpoint(id: .random(), network: network.id, container: container.id, settings: settings))
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
