import Addressing
import EngineModel
import NetworkPlan

/// Makes a network's record out of what was asked for: checks it, and chooses what was left open.
struct NetworkDesign: Sendable {
  let request: NetworkCreateRequest
  let pools: [SubnetPool]
  /// What the host's own routes take.
  let routes: [IPPrefix]

  /// - Throws: in Docker's words.
  func network(in state: EngineState, id: NetworkID, now: Timestamp) throws(EngineError) -> Network {
    try ObjectNames.network(request.name)
    if Network.predefinedNames.contains(request.name) || request.name == "default" {
      throw EngineError(
        .forbidden, "operation is not permitted on predefined \(request.name) network")
    }
    if state.networkNames[request.name] != nil {
      throw EngineError(.conflict, "network with name \(request.name) already exists")
    }
    let driver = NetworkDriver(rawValue: request.driver.isEmpty ? "bridge" : request.driver)
    try check(driver)
    var network = Network(
      id: id, name: request.name, created: now, driver: driver, enableIPv4: request.enableIPv4 ?? true,
      enableIPv6: request.enableIPv6 ?? false, ipam: request.ipam, isInternal: request.isInternal,
      isAttachable: request.isAttachable, isConfigurationOnly: request.isConfigurationOnly,
      configurationFrom: request.configurationFrom, options: request.options, labels: request.labels)
    if network.isConfigurationOnly { return network }
    if let name = request.configurationFrom { try adopt(name, in: state, into: &network) }
    // Naming an IPv6 subnet is asking for IPv6.
    if request.enableIPv6 == nil, network.ipam.pools.contains(where: { $0.subnet?.family == .ipv6 }) {
      network.enableIPv6 = true
    }
    guard network.enableIPv4 || network.enableIPv6 else {
      throw EngineError(.invalidParameter, "IPv4 or IPv6 must be enabled")
    }
    guard ["", "default"].contains(network.ipam.driver) else {
      throw EngineError(.notFound, "could not find plugin \(network.ipam.driver): the only IPAM driver is default")
    }
    network.ipam.driver = "default"
    let completed = try network.completed(
      pools: pools, avoiding: routes(notOf: state), networks: state.claims)
    try checkBridgeName(of: completed, in: state)
    return completed
  }

  private func check(_ driver: NetworkDriver) throws(EngineError) {
    switch driver {
    case .bridge, .macvlan, .ipvlan: break
    case .host, .null:
      throw EngineError(.forbidden, "only one instance of \"\(driver)\" network is allowed")
    case .overlay:
      throw EngineError(
        .forbidden,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
          + "swarm and try again.")
    default: throw EngineError(.notFound, "plugin \"\(driver)\" not found")
    }
    if request.isIngress {
      throw EngineError(.notImplemented, "ingress networks belong to swarm, which this engine does not have")
    }
    switch request.scope {
    case "", "local": break
    default: throw EngineError(.invalidParameter, "invalid network scope \(request.scope) for driver \(driver)")
    }
  }

  private func adopt(_ name: String, in state: EngineState, into network: inout Network) throws(EngineError) {
    let source = try state.network(name)
    guard source.isConfigurationOnly else {
      throw EngineError(.forbidden, "configuration source network \(name) is not a configuration only network")
    }
    guard request.ipam.pools.isEmpty, request.options.isEmpty, request.labels.isEmpty else {
      throw EngineError(
        .invalidParameter,
        "user specified configurations are not supported if the network depends on a configuration "
          + "network")
    }
    network.ipam = source.ipam
    network.options = source.options
    network.labels = source.labels
    network.enableIPv6 = source.enableIPv6
    network.isInternal = network.isInternal || source.isInternal
  }

  /// Our own networks show as routes of the host, too; their claims are counted apart.
  private func routes(notOf state: EngineState) -> [SubnetChoice.Claim] {
    let own = Set(state.claims.map(\.prefix))
    return routes.filter { !own.contains($0) }.map { SubnetChoice.Claim($0, holder: "a route of this host") }
  }

  private func checkBridgeName(of network: Network, in state: EngineState) throws(EngineError) {
    guard network.driver == .bridge, network.options[BridgeOptions.nameKey] != nil else { return }
    let name = try BridgeOptions(network).bridgeName
    for other in state.networks.values where other.driver == .bridge && !other.isConfigurationOnly {
      guard let options = try? BridgeOptions(other), options.bridgeName == name else { continue }
      throw EngineError(
        .forbidden,
        "cannot create network \(network.id) (\(name)): conflicts with network \(other.id) (\(name)): networks have "
          + "same bridge name")
    }
  }
}

extension EngineState {
  /// The address space that our networks hold.
  var claims: [SubnetChoice.Claim] {
    networks.values.flatMap { network in
      network.isConfigurationOnly
        ? []
        : network.ipam.pools.compactMap { pool in
          pool.subnet.map { SubnetChoice.Claim($0, holder: "network \"\(network.name)\"") }
        }
    }
  }
}
