public import Addressing

/// A host of the cluster, by its engine.
public struct ClusterNode: Sendable, Hashable, Codable {
  /// The engine's own id.
  public let id: String
  /// The host's name.
  public var name: String
  /// Where it takes VXLAN, on the network beneath.
  public var tunnel: IPAddress

  public init(id: String, name: String, tunnel: IPAddress) {
    self.id = id
    self.name = name
    self.tunnel = tunnel
  }
}
