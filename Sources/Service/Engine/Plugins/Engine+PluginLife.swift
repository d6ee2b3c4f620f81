import CLinux
import Addressing
import EngineModel
import Glibc
import Kernel
import Logging
import NetworkPlan
import Plugins
import StateStore

extension Engine {
  /// Replays addresses to IPAM plugins in the background: a start of the engine does not wait for plugins.
  func resumePlugins() {
    for plugin in pluginSessions.pendingReplays {
      Task {
        do {
          try await self.ready(plugin, for: .ipam)
        } catch {
          self.logger.warning("its addresses are replayed when the plugin is needed next: \(error)")
        }
      }
    }
  }

  /// Announces this host to a driver of global scope, once (`NetworkDriver.DiscoverNew`).
  func announceNode(to plugin: String) async {
    guard pluginSessions.announcements[plugin] == nil, let address = Self.outgoingAddress() else { return }
    pluginSessions.didAnnounce(to: plugin, address: address)
    do {
      _ = try await plugins.perform(
        NetworkDriverCalls.discover(plugin, address: address, isNew: true), for: .networkDriver)
    } catch {
      logger.info("\(error)")
      if (error as? PluginFailure)?.isAnswer != true { pluginSessions.didFailToAnnounce(to: plugin) }
    }
  }

  /// Tells drivers of global scope that this host leaves (`NetworkDriver.DiscoverDelete`).
  func announceNodeRemoval() async {
    await withTaskGroup { group in
      for (plugin, address) in pluginSessions.announcements {
        group.addTask { [plugins] in
          _ = try? await plugins.perform(
            NetworkDriverCalls.discover(plugin, address: address, isNew: false), for: .networkDriver,
            within: .seconds(1))
        }
      }
    }
    cleanupWorkers.cancelRetries()
  }

  /// The source address of the default route, from connect(2) on a UDP socket; no packet is sent.
  private static func outgoingAddress() -> String? {
    let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return nil }
    defer { close(number) }
    // A documentation address (RFC 5737).
    let documentation = SocketAddress(.v4(IPv4Address(192, 0, 2, 1)), 9)
    guard documentation.connect(number) == 0 else { return nil }
    return SocketAddress.local(of: number)?.address.description
  }

  // MARK: Plans

  /// The plugin calls that the container's endpoints need, as text.
  func pluginSteps(of container: Container, besides known: Container? = nil) -> [String] {
    container.endpoints.filter { endpoint in
      known?.endpoints.contains { $0.id == endpoint.id } != true
    }.flatMap { endpoint -> [String] in
      guard let network = state.networks[endpoint.network] else { return [] }
      var calls: [PluginCall] = []
      if network.ipam.isPlugin {
        for pool in network.ipam.pools {
          guard let id = pool.pluginID else { continue }
          calls.append(
            IPAMCalls.requestAddress(network.ipam.driver, pool: id, endpoint.settings.ipv4.map { .v4($0) }))
        }
      }
      guard network.driver.isPlugin else { return calls.map(\.text) }
      let ports = Self.pluginPorts(container)
      calls.append(NetworkDriverCalls.createEndpoint(endpoint, on: network, ports))
      calls.append(
        NetworkDriverCalls.join(endpoint, on: network, sandbox: namespacePath(container.id), ports))
      return calls.map(\.text) + [
        "# the link that the plugin names moves into the container; if it names no gateway, and no other network leads "
          + "out, another interface on \(Network.gatewayBridgeName) follows"
      ]
    }
  }
}
