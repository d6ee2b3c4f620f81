import Addressing
import EngineModel
import NetworkPlan

/// Adds the requested endpoints to a container's record, and validates their settings.
struct EndpointBuilder: Sendable {
  let request: ContainerCreateRequest
  let mode: NetworkMode

  func add(to container: inout Container, in state: EngineState) throws(EngineError) {
    var requested = request.endpoints
    guard !request.configuration.networkDisabled else { return }
    let main: String?
    switch mode {
    case .host, .none, .container:
      // A client may repeat the mode as an endpoint; other endpoints conflict with it.
      let others = requested.keys.filter { $0 != mode.description && $0 != "default" }
      guard others.isEmpty else { throw Self.conflict(mode) }
      return
    case .default: main = state.networkNames["bridge"] == nil ? nil : "bridge"
    case .bridge: main = "bridge"
    case .network(let name): main = name
    }
    if let main {
      // `default` and `bridge` name the same network, and a client may use both in one request.
      var settings = requested.removeValue(forKey: main) ?? EndpointSettings()
      for synonym in [mode.description, "default"] where synonym == "default" ? main == "bridge" : true {
        if let more = requested.removeValue(forKey: synonym) { settings = more }
      }
      try attach(main, settings, to: &container, in: state)
    } else {
      // An engine without a default network.
      requested["default"] = nil
    }
    for (name, settings) in requested.sorted(by: { $0.key < $1.key }) {
      try attach(name, settings, to: &container, in: state)
    }
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
