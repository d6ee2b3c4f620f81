import Addressing
import EngineModel
import Plugins

/// Work that is left after an operation: an object is deleted from the database, and something outside still has it.
/// Doing a task twice is harmless.
enum CleanupTask: Sendable, Hashable {
  /// A plugin forgets a network, an endpoint, a pool or an address.
  case pluginCall(PluginCall)
  /// The cluster store forgets an endpoint and its addresses.
  case releaseClusterEndpoint(ClusterRelease)
  /// A folder is removed with everything below it. Nothing else uses its name.
  case removeFolder(String)

  /// Tasks for one target run one after another, in the order in which they were added.
  var target: CleanupTarget {
    switch self {
    case .pluginCall(let call): .plugin(call.plugin)
    case .releaseClusterEndpoint: .clusterStore
    case .removeFolder(let path): .folder(path)
    }
  }

  /// For a plan shown to people.
  var text: String {
    switch self {
    case .pluginCall(let call): call.text
    case .releaseClusterEndpoint(let release):
      "# the cluster's store forgets \(release.addresses.map(\.description).joined(separator: ", ")) of "
        + "container \(release.container.short)"
    case .removeFolder(let path): "rm -r \(path)"
    }
  }
}

/// What a cleanup task needs an answer from.
enum CleanupTarget: Sendable, Hashable, Comparable, CustomStringConvertible {
  case plugin(String)
  case clusterStore
  /// Folders do not wait for each other.
  case folder(String)

  var description: String {
    switch self {
    case .plugin(let name): "plugin \"\(name)\""
    case .clusterStore: "the cluster's store"
    case .folder(let path): path
    }
  }
}

/// The addresses, and perhaps the endpoint, that a container no longer has on an overlay network.
struct ClusterRelease: Sendable, Hashable {
  let network: NetworkID
  /// `nil`: the endpoint was never published.
  let endpoint: EndpointID?
  let container: ContainerID
  let addresses: [IPAddress]
}
