package import Addressing
package import EngineModel
package import NetworkPlan

extension ClusterRecords {
  /// The endpoints of other nodes on a network, with the nodes' underlay addresses. Endpoints of unknown nodes are left
  /// out.
  package func remoteEndpoints(on network: NetworkID, besides node: String) -> [OverlayDriver.RemoteEndpoint] {
    (endpoints[network] ?? [:]).values.compactMap { endpoint in
      guard endpoint.node != node, let host = nodes[endpoint.node]?.tunnel else { return nil }
      return OverlayDriver.RemoteEndpoint(mac: endpoint.mac, host: host)
    }
  }

  /// The other nodes' underlay addresses.
  package func peers(besides node: String) -> Set<IPAddress> {
    Set(nodes.values.filter { $0.id != node }.map(\.tunnel))
  }

  /// The nodes that have containers on a network, sorted by name.
  package func hosts(of network: NetworkID) -> [ClusterNode] {
    Set((endpoints[network] ?? [:]).values.map(\.node)).compactMap { nodes[$0] }
      .sorted { ($0.name, $0.tunnel) < ($1.name, $1.tunnel) }
  }

  /// The lowest VXLAN network identifier (VNI) that no network uses; `nil` when all are in use.
  package var freeVNI: UInt32? { OverlayDriver.vnis.first { !vnis.contains($0) } }

  /// The paths of a node's endpoints and addresses.
  package func paths(ofNode node: String) -> [ClusterPath] {
    let endpointPaths = endpoints.flatMap { network, list in
      list.values.filter { $0.node == node }.map { ClusterPath.endpoint(network, $0.id) }
    }
    let addressPaths = claims.flatMap { network, list in
      list.filter { $0.value.node == node }.map { ClusterPath.address(network, $0.key) }
    }
    return (endpointPaths + addressPaths).sorted { $0.description < $1.description }
  }

  /// Finds a node by its id, a unique id prefix, or its name.
  ///
  /// - Throws: `notFound`, or `invalidParameter` when the reference is ambiguous.
  package func node(_ reference: String) throws(EngineError) -> ClusterNode {
    if let node = nodes[reference] { return node }
    let matches = nodes.values.filter { $0.name == reference || !reference.isEmpty && $0.id.hasPrefix(reference) }
    guard let first = matches.first else { throw EngineError(.notFound, "no host \(reference) is in the cluster") }
    guard matches.count == 1 else {
      throw EngineError(.invalidParameter, "\(matches.count) hosts of the cluster are called \(reference): use an id")
    }
    return first
  }
}
