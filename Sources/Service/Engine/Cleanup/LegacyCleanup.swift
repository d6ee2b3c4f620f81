import Addressing
import JSON
import EngineModel
import Plugins
import StateStore

/// Cleanup work as engines wrote it before it had a table: settings under the prefix `plugin-debt:`, each with four lines
/// (plugin, method, the network that was being created or `-`, body). A release in the cluster store was written as a
/// call of a plugin named `overlay`.
struct LegacyCleanup {
  private(set) var tasks: [CleanupTask] = []
  /// Networks whose creation was interrupted. No client was told of them.
  private(set) var unfinishedNetworks: Set<NetworkID> = []
  /// Deletes the settings.
  private(set) var changes: [StoreChange] = []

  private static let prefix = "plugin-debt:"

  init(_ settings: [String: String]) {
    let rows = settings.compactMap { key, value -> (number: UInt64, value: String)? in
      guard key.hasPrefix(Self.prefix), let number = UInt64(key.dropFirst(Self.prefix.count)) else { return nil }
      return (number, value)
    }
    for (number, value) in rows.sorted(by: { $0.number < $1.number }) {
      changes.append(.removeSetting(key: "\(Self.prefix)\(number)"))
      let lines = value.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard lines.count == 4 else { continue }
      if let network = NetworkID(lines[2]) { unfinishedNetworks.insert(network) }
      if lines[0] == NetworkDriver.overlay.rawValue {
        if let release = try? JSONDecoding.decode(Release.self, from: Array(lines[3].utf8)) {
          tasks.append(
            .releaseClusterEndpoint(
              ClusterRelease(
                network: release.network, endpoint: release.endpoint, container: release.container,
                addresses: release.addresses)))
        }
      } else {
        tasks.append(.pluginCall(PluginCall(plugin: lines[0], method: lines[1], body: lines[3])))
      }
    }
  }

  private struct Release: Decodable {
    let network: NetworkID
    let endpoint: EndpointID?
    let container: ContainerID
    let addresses: [IPAddress]
  }
}
