package import Addressing

/// A host of the cluster as `causeway cluster ls` shows it.
package struct ClusterNodeView: Sendable, Hashable {
  package let id: String
  package let name: String
  /// Its address on the underlay.
  package let tunnel: IPAddress
  /// Its engine runs and reaches the store. Containers run without it.
  package let isAlive: Bool
  package let isThisHost: Bool
  /// The number of its containers on overlay networks.
  package let containers: Int

  package init(id: String, name: String, tunnel: IPAddress, isAlive: Bool, isThisHost: Bool, containers: Int) {
    self.id = id
    self.name = name
    self.tunnel = tunnel
    self.isAlive = isAlive
    self.isThisHost = isThisHost
    self.containers = containers
  }
}
