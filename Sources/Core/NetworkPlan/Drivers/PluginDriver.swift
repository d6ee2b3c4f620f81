public import Addressing
import EngineModel

/// Networks whose driver is a plugin. The plugin makes what it wants on the host; what is left to plan is taking the
/// link it made into the container, which is possible once it has said which one that is.
enum PluginDriver {
  static func endpoint(_ intent: EndpointIntent, in sandbox: NetworkNamespaceName) -> KernelState {
    var state = KernelState()
    guard let place = intent.endpoint.place, let link = place.link else { return state }
    let there = LinkKey(sandbox, intent.interface)
    state.links[there] = Link(
      kind: .borrowed(from: link), mac: intent.endpoint.mac,
      alias: Link.loanAlias(of: link, for: intent.endpoint.id))
    for route in place.routes {
      state.routes.insert(
        Route(
          namespace: sandbox, destination: route.destination, gateway: route.nextHop, interface: intent.interface))
    }
    return state
  }
}

extension Link {
  private static let loanPrefix = "\(aliasPrefix)borrowed:"

  /// The alias of a link that was borrowed: its former name stands in it, so that the way back is known from the
  /// kernel alone.
  static func loanAlias(of former: InterfaceName, for endpoint: EndpointID) -> String {
    "\(loanPrefix)\(endpoint):\(former)"
  }

  /// What a link was called on the host before it was borrowed; `nil` for one that was not.
  public static func formerName(inAlias alias: String?) -> InterfaceName? {
    guard let alias, alias.hasPrefix(loanPrefix) else { return nil }
    // A colon may be part of an interface's name.
    let rest = alias.dropFirst(loanPrefix.count)
    return rest.firstIndex(of: ":").flatMap { InterfaceName(String(rest[rest.index(after: $0)...])) }
  }
}
