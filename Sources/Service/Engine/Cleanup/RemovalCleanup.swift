import Addressing
import EngineModel
import NetworkPlan
import Plugins

/// What plugins and the cluster store must be told when an object is removed.
enum RemovalCleanup {
  /// A container leaves a network.
  static func leaving(_ endpoint: Endpoint, on network: Network) -> [CleanupTask] {
    var tasks: [CleanupTask] = []
    if let place = endpoint.pluginEndpoint {
      if place.publishes {
        tasks.append(.pluginCall(NetworkDriverCalls.revokeExternalConnectivity(endpoint, on: network)))
      }
      tasks.append(.pluginCall(NetworkDriverCalls.leave(endpoint, on: network)))
      tasks.append(.pluginCall(NetworkDriverCalls.deleteEndpoint(endpoint, on: network)))
    }
    if network.spansHosts, endpoint.interface != nil {
      tasks.append(
        .releaseClusterEndpoint(
          ClusterRelease(
            network: network.id, endpoint: endpoint.id, container: endpoint.container, addresses: endpoint.addresses)))
    }
    return tasks + addresses(endpoint.addresses, on: network)
  }

  static func addresses(_ addresses: [IPAddress], on network: Network) -> [CleanupTask] {
    addresses.compactMap { address in
      let pool = network.ipam.pools.first { $0.pluginID != nil && $0.subnet?.contains(address) == true }
      return pool?.pluginID.map {
        .pluginCall(IPAMCalls.releaseAddress(network.ipam.driver, pool: $0, address))
      }
    }
  }

  /// The driver's plugin forgets the network.
  static func links(of network: Network) -> [CleanupTask] {
    guard network.driver.isPlugin else { return [] }
    let free = network.scope == .global ? [NetworkDriverCalls.freeNetwork(network)] : []
    return ([NetworkDriverCalls.deleteNetwork(network)] + free).map(CleanupTask.pluginCall)
  }

  /// The pool's addresses are released before the pool.
  static func pool(_ pool: AddressPool, of plugin: String) -> [CleanupTask] {
    guard let id = pool.pluginID else { return [] }
    let addresses = [pool.gateway].compactMap(\.self) + pool.auxiliaryAddresses.sorted { $0.key < $1.key }.map(\.value)
    return (addresses.map { IPAMCalls.releaseAddress(plugin, pool: id, $0) } + [IPAMCalls.releasePool(plugin, id: id)])
      .map(CleanupTask.pluginCall)
  }

  /// A network is removed.
  static func removing(_ network: Network) -> [CleanupTask] {
    links(of: network) + network.ipam.pools.flatMap { pool($0, of: network.ipam.driver) }
  }
}
