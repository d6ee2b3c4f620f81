import Addressing
import JSON
import EngineModel
import Plugins

/// A cleanup task as the database stores it. The keys never change.
struct CleanupDocument: Codable {
  var version = 1
  var kind: String
  // pluginCall
  var plugin: String?
  var method: String?
  var body: String?
  // releaseClusterEndpoint
  var network: String?
  var endpoint: String?
  var container: String?
  var addresses: [String]?
  // removeFolder
  var path: String?

  init(_ task: CleanupTask) {
    switch task {
    case .pluginCall(let call):
      kind = "pluginCall"
      (plugin, method, body) = (call.plugin, call.method, call.body)
    case .releaseClusterEndpoint(let release):
      kind = "releaseClusterEndpoint"
      network = release.network.rawValue
      endpoint = release.endpoint?.rawValue
      container = release.container.rawValue
      addresses = release.addresses.map(\.description)
    case .removeFolder(let folder):
      kind = "removeFolder"
      path = folder
    }
  }

  /// - Throws: `system` for a document that this engine cannot read.
  init(text: String) throws(EngineError) {
    do {
      self = try JSONDecoding.decode(CleanupDocument.self, from: Array(text.utf8))
    } catch {
      throw EngineError(.system, "a cleanup entry of the state cannot be read: \(text)", cause: error)
    }
  }

  var text: String {
    // Encoding strings and numbers cannot fail.
    (try? JSONEncoding.bytes(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// `nil` for a kind that this engine does not know, or a document that lacks a member.
  var task: CleanupTask? {
    switch kind {
    case "pluginCall":
      guard let plugin, let method, let body else { return nil }
      return .pluginCall(PluginCall(plugin: plugin, method: method, body: body))
    case "releaseClusterEndpoint":
      guard let network = network.flatMap({ NetworkID($0) }), let container = container.flatMap({ ContainerID($0) })
      else { return nil }
      return .releaseClusterEndpoint(
        ClusterRelease(
          network: network, endpoint: endpoint.flatMap { EndpointID($0) }, container: container,
          addresses: (addresses ?? []).compactMap { IPAddress($0) }))
    case "removeFolder": return path.map(CleanupTask.removeFolder)
    default: return nil
    }
  }
}
