package import Addressing
package import EngineModel

/// The path of a record in the cluster store, below the cluster's prefix.
///
/// A claim is a record that only one node can create: a network name, a VNI, an address on a network. Endpoints and
/// addresses belong to a node. They stay when its engine stops, because its containers keep running.
package enum ClusterPath: Hashable, Sendable {
  case network(NetworkID)
  /// The network that has a name.
  case name(String)
  /// The network that uses a VNI.
  case vni(UInt32)
  /// Written whenever a network is created or removed, so that no node chooses a subnet from stale data.
  case serial
  case address(NetworkID, IPAddress)
  case endpoint(NetworkID, EndpointID)
  case node(String)
  /// Exists while the node's engine runs.
  case alive(String)

  package static let networks = "networks/"
  package static func addresses(of network: NetworkID) -> String { "addresses/\(network)/" }
  package static func endpoints(of network: NetworkID) -> String { "endpoints/\(network)/" }
}

extension ClusterPath: LosslessStringConvertible {
  package var description: String {
    switch self {
    case .network(let id): "\(Self.networks)\(id)"
    case .name(let name): "names/\(name)"
    case .vni(let vni): "numbers/\(vni)"
    case .serial: "serial"
    case .address(let network, let address): "\(Self.addresses(of: network))\(address)"
    case .endpoint(let network, let id): "\(Self.endpoints(of: network))\(id)"
    case .node(let id): "nodes/\(id)"
    case .alive(let id): "alive/\(id)"
    }
  }

  /// `nil` for paths of other engine versions.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("networks", 2):
      guard let id = NetworkID(parts[1]) else { return nil }
      self = .network(id)
    case ("names", 2): self = .name(parts[1])
    case ("numbers", 2):
      guard let number = UInt32(parts[1]) else { return nil }
      self = .vni(number)
    case ("serial", 1): self = .serial
    case ("addresses", 3):
      guard let network = NetworkID(parts[1]), let address = IPAddress(parts[2]) else { return nil }
      self = .address(network, address)
    case ("endpoints", 3):
      guard let network = NetworkID(parts[1]), let id = EndpointID(parts[2]) else { return nil }
      self = .endpoint(network, id)
    case ("nodes", 2): self = .node(parts[1])
    case ("alive", 2): self = .alive(parts[1])
    default: return nil
    }
  }
}
