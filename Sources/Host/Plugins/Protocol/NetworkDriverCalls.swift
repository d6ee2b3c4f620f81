import JSON
import Addressing
package import EngineModel

/// The calls of Docker's remote network driver protocol (moby: `libnetwork/docs/remote.md`).
package enum NetworkDriverCalls {
  package static func capabilities(of plugin: String) -> PluginCall {
    PluginCall(plugin, "NetworkDriver.GetCapabilities", [])
  }

  /// - Parameter options: the options that the plugin returned at allocation, in addition to the user's.
  package static func createNetwork(_ network: Network, allocated options: [String: String] = [:]) -> PluginCall {
    call(
      network, "NetworkDriver.CreateNetwork",
      [JSONMember("Options", .object(self.options(network, options)))] + data(network))
  }

  /// For drivers of global scope: the call that a cluster manager makes before the network is created.
  package static func allocateNetwork(_ network: Network) -> PluginCall {
    call(network, "NetworkDriver.AllocateNetwork", [JSONMember("Options", text(network.options))] + data(network))
  }

  package static func freeNetwork(_ network: Network) -> PluginCall { call(network, "NetworkDriver.FreeNetwork", []) }

  package static func deleteNetwork(_ network: Network) -> PluginCall {
    call(network, "NetworkDriver.DeleteNetwork", [])
  }

  /// The plugin must accept the addresses, which come from IPAM, and the MAC address.
  package static func createEndpoint(_ endpoint: Endpoint, on network: Network, _ ports: EndpointPorts) -> PluginCall {
    let interface = [
      JSONMember("Address", .string(endpoint.ipv4?.description ?? "")),
      JSONMember("AddressIPv6", .string(endpoint.ipv6?.description ?? "")),
      JSONMember("MacAddress", .string(endpoint.mac?.description ?? "")),
    ]
    return call(
      network, "NetworkDriver.CreateEndpoint", of: endpoint,
      [JSONMember("Interface", .object(interface)), JSONMember("Options", options(endpoint, ports))])
  }

  package static func endpointInformation(_ endpoint: Endpoint, on network: Network) -> PluginCall {
    call(network, "NetworkDriver.EndpointOperInfo", of: endpoint, [])
  }

  /// - Parameter sandbox: the path of the container's network namespace.
  package static func join(
    _ endpoint: Endpoint, on network: Network, sandbox: String, _ ports: EndpointPorts
  ) -> PluginCall {
    call(
      network, "NetworkDriver.Join", of: endpoint,
      [JSONMember("SandboxKey", .string(sandbox)), JSONMember("Options", options(endpoint, ports))])
  }

  package static func leave(_ endpoint: Endpoint, on network: Network) -> PluginCall {
    call(network, "NetworkDriver.Leave", of: endpoint, [])
  }

  package static func deleteEndpoint(_ endpoint: Endpoint, on network: Network) -> PluginCall {
    call(network, "NetworkDriver.DeleteEndpoint", of: endpoint, [])
  }

  package static func programExternalConnectivity(
    _ endpoint: Endpoint, on network: Network, _ ports: EndpointPorts
  ) -> PluginCall {
    call(
      network, "NetworkDriver.ProgramExternalConnectivity", of: endpoint,
      [JSONMember("Options", options(endpoint, ports))])
  }

  package static func revokeExternalConnectivity(_ endpoint: Endpoint, on network: Network) -> PluginCall {
    call(network, "NetworkDriver.RevokeExternalConnectivity", of: endpoint, [])
  }

  /// Notifies about a node that joined or left. The only node is this host.
  package static func discover(_ plugin: String, address: String, isNew: Bool) -> PluginCall {
    let data = [
      JSONMember("Address", .string(address)), JSONMember("BindAddress", .string(address)),
      JSONMember("Self", .bool(true)),
    ]
    return PluginCall(
      plugin, isNew ? "NetworkDriver.DiscoverNew" : "NetworkDriver.DiscoverDelete",
      // 1: a node (moby: `discoverapi.NodeDiscovery`).
      [JSONMember("DiscoveryType", .number("1")), JSONMember("DiscoveryData", .object(data))])
  }

  // MARK: Pieces

  private static func call(
    _ network: Network, _ method: String, of endpoint: Endpoint? = nil, _ members: [JSONMember]
  ) -> PluginCall {
    var all = [JSONMember("NetworkID", .string(network.id.rawValue))]
    if let endpoint { all.append(JSONMember("EndpointID", .string(endpoint.id.rawValue))) }
    return PluginCall(network.driver.rawValue, method, all + members)
  }

  /// The user's options (`-o`) have a key of their own.
  private static func options(_ network: Network, _ allocated: [String: String]) -> [JSONMember] {
    var members = [
      JSONMember("com.docker.network.enable_ipv4", .bool(network.enableIPv4)),
      JSONMember("com.docker.network.enable_ipv6", .bool(network.enableIPv6)),
      JSONMember("com.docker.network.generic", text(network.options.merging(allocated) { $1 })),
    ]
    if network.isInternal { members.append(JSONMember("com.docker.network.internal", .bool(true))) }
    return members
  }

  private static func options(_ endpoint: Endpoint, _ ports: EndpointPorts) -> JSONValue {
    var members = ports.members
    for (key, value) in endpoint.settings.driverOptions.sorted(by: { $0.key < $1.key }) {
      members.append(JSONMember(key, .string(value)))
    }
    return .object(members)
  }

  private static func data(_ network: Network) -> [JSONMember] {
    AddressFamily.allCases.map { family in
      let pools = network.ipam.pools.filter { $0.subnet?.family == family }
      return JSONMember(family == .ipv4 ? "IPv4Data" : "IPv6Data", .array(pools.compactMap { data($0, network) }))
    }
  }

  private static func data(_ pool: AddressPool, _ network: Network) -> JSONValue? {
    guard let subnet = pool.subnet else { return nil }
    func within(_ address: IPAddress) -> JSONValue { .string("\(address)/\(subnet.length)") }
    var members = [
      JSONMember("AddressSpace", .string(network.scope == .global ? "GlobalDefault" : "LocalDefault")),
      JSONMember("Pool", .string("\(subnet)")),
    ]
    if let gateway = pool.gateway { members.append(JSONMember("Gateway", within(gateway))) }
    let others = pool.auxiliaryAddresses.sorted { $0.key < $1.key }.map { JSONMember($0.key, within($0.value)) }
    if !others.isEmpty { members.append(JSONMember("AuxAddresses", .object(others))) }
    return .object(members)
  }

  static func text(_ values: [String: String]) -> JSONValue {
    .object(values.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })
  }
}
