public import Addressing

/// A host of the cluster as `causeway cluster ls` shows it.
public struct ClusterNodeView: Sendable, Hashable {
  public let id: String
  public let name: String
  /// Its address on the underlay.
  public let tunnel: IPAddress
  /// Its engine runs and reaches the store. Containers run without it.
  public let isAlive: Bool
  public let isThisHost: Bool
  /// The number of its containers on overlay networks.
  public let containers: Int

  public init(id: String, name: String, tunnel: IPAddress, isAlive: Bool, isThisHost: Bool, containers: Int) {
    self.id = id
    self.name = name
    self.tunnel = tunnel
    self.isAlive = isAlive
    self.isThisHost = isThisHost
    self.containers = containers
  }
}
