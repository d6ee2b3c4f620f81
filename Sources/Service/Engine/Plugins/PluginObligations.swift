import Addressing
import EngineModel
import Plugins

/// What has to be told to plugins when something goes.
enum PluginObligations {
  static func leaving(_ endpoint: Endpoint, on network: Network) -> [PluginCall] {
    var calls: [PluginCall] = []
    if let place = endpoint.place {
      if place.publishes { calls.append(NetworkDriverCalls.revokeExternalConnectivity(endpoint, on: network)) }
      calls.append(NetworkDriverCalls.leave(endpoint, on: network))
      calls.append(NetworkDriverCalls.deleteEndpoint(endpoint, on: network))
    }
    if network.driver == .overlay, endpoint.interface != nil {
      let debt = ClusterDebt(
        network: network.id, endpoint: endpoint.id, container: endpoint.container, addresses: endpoint.addresses)
      calls += [debt.call].compactMap(\.self)
    }
    return calls + addresses(endpoint.addresses, on: network)
  }

  static func addresses(_ addresses: [IPAddress], on network: Network) -> [PluginCall] {
    addresses.compactMap { address in
      let pool = network.ipam.pools.first { $0.pluginID != nil && $0.subnet?.contains(address) == true }
      return pool?.pluginID.map { IPAMCalls.releaseAddress(network.ipam.driver, pool: $0, address) }
    }
  }

  static func links(of network: Network) -> [PluginCall] {
    guard network.driver.isPlugin else { return [] }
    let free = network.scope == .global ? [NetworkDriverCalls.freeNetwork(network)] : []
    return [NetworkDriverCalls.deleteNetwork(network)] + free
  }

  static func pool(_ pool: AddressPool, of plugin: String) -> [PluginCall] {
    guard let id = pool.pluginID else { return [] }
    let held = [pool.gateway].compactMap(\.self) + pool.auxiliaryAddresses.sorted { $0.key < $1.key }.map(\.value)
    return held.map { IPAMCalls.releaseAddress(plugin, pool: id, $0) } + [IPAMCalls.releasePool(plugin, id: id)]
  }

  static func removing(_ network: Network) -> [PluginCall] {
    links(of: network) + network.ipam.pools.flatMap { pool($0, of: network.ipam.driver) }
  }
}
