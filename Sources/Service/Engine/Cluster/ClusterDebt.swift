import JSON
import Addressing
import Cluster
import EngineAPI
import EngineModel
import Plugins

/// What the cluster's store has to be told when a container leaves a network: it no longer has its place and its
/// addresses there. It is owed until the store has heard it, as plugins are what they have to hear.
struct ClusterDebt: Sendable, Hashable, Codable {
  let network: NetworkID
  /// `nil`: it never came to one.
  let endpoint: EndpointID?
  let container: ContainerID
  let addresses: [IPAddress]

  /// Whom such a debt is owed to: no plugin can be called so.
  static let creditor = NetworkDriver.overlay.rawValue

  /// As an entry of the list of debts.
  var call: PluginCall? {
    guard let body = try? ClusterRecords.text(self) else { return nil }
    return PluginCall(plugin: Self.creditor, method: "Release", body: body)
  }

  init(network: NetworkID, endpoint: EndpointID?, container: ContainerID, addresses: [IPAddress]) {
    self.network = network
    self.endpoint = endpoint
    self.container = container
    self.addresses = addresses
  }

  init?(_ call: PluginCall) {
    guard call.plugin == Self.creditor,
      let debt = try? JSONDecoding.decode(ClusterDebt.self, from: Array(call.body.utf8))
    else { return nil }
    self = debt
  }
}
