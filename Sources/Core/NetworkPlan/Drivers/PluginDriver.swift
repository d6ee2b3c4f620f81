package import Addressing
package import EngineModel

/// Networks whose driver is a plugin. The plugin creates links on the host; the engine moves the link that the plugin
/// names into the sandbox.
package struct PluginDriver: NetworkDriverBehavior {
  package let driver: NetworkDriver

  package init(_ driver: NetworkDriver) { self.driver = driver }

  package var isPlugin: Bool { true }
  /// The plugin names the gateway when an endpoint joins.
  package var assignsPoolGateway: Bool { false }
  /// The plugin chooses the MAC address of its link.
  package func givesMACAddresses(on network: Network) -> Bool { false }

  package func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState {
    KernelState()
  }

  package func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    var state = KernelState()
    guard let join = intent.endpoint.pluginEndpoint, let link = join.link else { return state }
    state.links[LinkKey(sandbox, intent.interface)] = Link(
      kind: .borrowed(from: link), mac: intent.endpoint.mac,
      alias: Link.loanAlias(of: link, for: intent.endpoint.id))
    for route in join.routes {
      state.routes.insert(
        Route(
          namespace: sandbox, destination: route.destination, gateway: route.nextHop, interface: intent.interface))
    }
    return state
  }

  /// The plugin answers that when the endpoint joins (`DisableGatewayService`).
  package func leavesExternalConnectivity(of endpoint: Endpoint) -> Bool {
    guard let join = endpoint.pluginEndpoint else { return false }
    return join.isJoined && join.refusesGateway != true
  }
}

extension Link {
  private static let loanPrefix = "\(aliasPrefix)borrowed:"

  /// The alias of a borrowed link. It contains the link's former name, so that the link can be returned from what the
  /// kernel reports alone.
  static func loanAlias(of former: InterfaceName, for endpoint: EndpointID) -> String {
    "\(loanPrefix)\(endpoint):\(former)"
  }

  /// The name of a borrowed link before it was borrowed; `nil` for other links.
  package static func formerName(inAlias alias: String?) -> InterfaceName? {
    guard let alias, alias.hasPrefix(loanPrefix) else { return nil }
    // A colon may be part of an interface's name.
    let rest = alias.dropFirst(loanPrefix.count)
    return rest.firstIndex(of: ":").flatMap { InterfaceName(String(rest[rest.index(after: $0)...])) }
  }
}
