package import Addressing

/// One engine of a cluster.
package struct ClusterNode: Sendable, Hashable, Codable {
  /// The engine's id.
  package let id: String
  /// The host's name.
  package var name: String
  /// The underlay address on which it receives VXLAN packets.
  package var tunnel: IPAddress

  // The keys are the format of the cluster's store.
  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case tunnel
  }

  package init(id: String, name: String, tunnel: IPAddress) {
    self.id = id
    self.name = name
    self.tunnel = tunnel
  }
}
