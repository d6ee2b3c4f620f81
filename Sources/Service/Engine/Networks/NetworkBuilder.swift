import Addressing
import EngineModel
import NetworkPlan

/// Turns a request into a network's record: validates it, and chooses what it leaves open.
struct NetworkBuilder: Sendable {
  let request: NetworkCreateRequest
  let pools: [SubnetPool]
  let host: HostNetwork
  /// Default options, by driver.
  var defaultOptions: [String: [String: String]] = [:]
  /// The answers of plugins.
  var plugins = PluginPreparation()
  /// Whether the engine is in a cluster.
  var isInCluster = false

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
    var options = request.options
    if request.configurationFrom == nil { options.merge(defaultOptions[driver.rawValue] ?? [:]) { own, _ in own } }
    var network = Network(
      id: id, name: request.name, created: now, driver: driver, scope: plugins.scope,
      enableIPv4: try Self.flag(request.enableIPv4, Self.enable4Key, options) ?? true,
      enableIPv6: try Self.flag(request.enableIPv6, Self.enable6Key, options) ?? false, ipam: request.ipam,
      isInternal: request.isInternal, isAttachable: request.isAttachable,
      isConfigurationOnly: request.isConfigurationOnly, configurationFrom: request.configurationFrom,
      options: options, labels: request.labels)
    if network.isConfigurationOnly {
      try checkConfigurationOnly()
      network.driver = .null
      return network
    }
    if let name = request.configurationFrom { try adopt(name, in: state, into: &network) }
    // An IPv6 subnet turns IPv6 on.
    if request.enableIPv6 == nil, network.ipam.pools.contains(where: { $0.subnet?.family == .ipv6 }) {
      network.enableIPv6 = true
    }
    guard network.enableIPv4 || network.enableIPv6 else {
      throw EngineError(.invalidParameter, "IPv4 or IPv6 must be enabled")
    }
    try checkAddresses(of: network)
    if let pools = plugins.pools {
      network.ipam.pools = pools
      try checkBridgePools(of: network, in: state)
    }
    if network.ipam.driver.isEmpty { network.ipam.driver = "default" }
    try network.behavior.checkOptions(of: network)
    network.adopted = try LinkAdoption(host: host, state: state).adoption(of: network)
    guard network.ipam.driver == "default" else { return network }
    return try network.completed(pools: pools, avoiding: host.space, networks: state.addressSpace)
  }

  static let enable4Key = "com.docker.network.enable_ipv4"
  static let enable6Key = "com.docker.network.enable_ipv6"

  /// The value of the request's field, or else of the option.
  private static func flag(
    _ requested: Bool?, _ key: String, _ options: [String: String]
  ) throws(EngineError) -> Bool? {
    if let requested { return requested }
    switch options[key] {
    case nil: return nil
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "0", "f", "F", "false", "FALSE", "False": return false
    default: throw EngineError(.invalidParameter, "driver-opt \"\(key)\" is not a valid bool")
    }
  }

  private func check(_ driver: NetworkDriver) throws(EngineError) {
    try driver.behavior.checkCreation(
      in: NetworkCreationContext(
        isInCluster: isInCluster, ipamDriver: request.ipam.driver, isConfigurationOnly: request.isConfigurationOnly))
    if request.isIngress {
      throw EngineError(.notImplemented, "ingress networks belong to swarm, which this engine does not have")
    }
    switch request.scope {
    case "", plugins.scope.rawValue: break
    default: throw EngineError(.invalidParameter, "invalid network scope \(request.scope) for driver \(driver)")
    }
  }

  private func checkConfigurationOnly() throws(EngineError) {
    guard !request.isInternal, !request.isAttachable, !request.isIngress, request.scope.isEmpty else {
      throw EngineError(
        .forbidden,
        "configuration network can only contain network specific fields. Network operator fields like [ ingress | "
          + "internal | attachable | scope ] are not supported.")
    }
    guard request.configurationFrom == nil else {
      throw EngineError(.forbidden, "a configuration network cannot depend on another configuration network")
    }
  }

  private func adopt(_ name: String, in state: EngineState, into network: inout Network) throws(EngineError) {
    guard let source = try? state.network(name), source.isConfigurationOnly else {
      throw EngineError(.notFound, "configuration network \"\(name)\" does not exist")
    }
    guard ["", "default"].contains(request.ipam.driver), request.ipam.pools.isEmpty, request.ipam.options.isEmpty,
      request.options.isEmpty, request.labels.isEmpty, request.enableIPv4 != false, request.enableIPv6 != true
    else {
      throw EngineError(
        .forbidden,
        "user specified configurations are not supported if the network depends on a configuration network")
    }
    network.ipam = source.ipam
    network.options = source.options
    network.labels = source.labels
    network.enableIPv4 = source.enableIPv4
    network.enableIPv6 = source.enableIPv6
  }

  private func checkAddresses(of network: Network) throws(EngineError) {
    if network.ipam.isPlugin, plugins.pools == nil {
      throw EngineError(.notFound, "plugin \"\(network.ipam.driver)\" not found")
    }
    // Containers have no addresses, or get them in another way.
    guard network.ipam.driver == "null", !network.ipam.pools.allSatisfy({ $0 == AddressPool() }) else { return }
    throw EngineError(.invalidParameter, "null ipam driver does not handle specific address pool requests")
  }

  /// An IPAM plugin may return the same subnet for several networks, but two bridges of one host cannot have the same subnet.
  private func checkBridgePools(of network: Network, in state: EngineState) throws(EngineError) {
    guard network.isRoutedByHost else { return }
    let subnets = network.ipam.pools.compactMap(\.subnet)
    for other in state.networks.values where other.isRoutedByHost && !other.isConfigurationOnly {
      guard
        let held = other.ipam.pools.compactMap(\.subnet).first(where: { subnet in
          subnets.contains { $0.overlaps(subnet) }
        })
      else { continue }
      throw EngineError(
        .forbidden,
        "cannot create network \(network.id): it conflicts with network \(other.id) (\(other.name)): networks have "
          + "overlapping IPv\(held.family == .ipv4 ? 4 : 6)")
    }
  }
}
