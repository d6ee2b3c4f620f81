public import Addressing

/// One engine of a cluster.
public struct ClusterNode: Sendable, Hashable, Codable {
  /// The engine's id.
  public let id: String
  /// The host's name.
  public var name: String
  /// The underlay address on which it receives VXLAN packets.
  public var tunnel: IPAddress

  // The keys are the format of the cluster's store.
  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case tunnel
  }

  public init(id: String, name: String, tunnel: IPAddress) {
    self.id = id
    self.name = name
    self.tunnel = tunnel
  }
}
