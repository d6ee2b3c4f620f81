public import Addressing
public import EngineModel

/// The drivers `macvlan` and `ipvlan`: a container's interface is a child of a link of the host, and stands on that
/// link's own segment. Nothing of it passes the host's firewall.
public enum ParentLinkDriver {
  /// Without a parent the segment is a bridge that has no port and no address: every kernel that can run containers has
  /// bridges, while the dummy links that other engines use here may be missing.
  public static func network(_ network: Network) throws(EngineError) -> KernelState {
    let options = try ParentLinkOptions(network)
    var state = KernelState()
    guard options.parent == nil else { return state }
    let key = LinkKey(.host, BridgeDriver.bridgeName(for: network.id))
    // A bridge that is given a hardware address waits for a port to be of use; this one never has any.
    state.links[key] = Link(
      kind: .bridge, mtu: options.mtu, alias: "\(Link.aliasPrefix)network:\(network.id)")
    // The host takes no part in a segment of the containers' own.
    state.sysctls[Sysctl(.host, "net/ipv6/conf/\(key.name)/disable_ipv6")] = "1"
    return state
  }

  /// The parent that the network has us make, a link with a tag, with what shall exist for it. Several networks may stand
  /// on one; it is there as long as one of them is.
  public static func parent(of network: Network) throws(EngineError) -> (name: InterfaceName, state: KernelState)? {
    guard network.driver == .macvlan || network.driver == .ipvlan, network.adopted == nil else { return nil }
    let options = try ParentLinkOptions(network)
    guard let parent = options.parent, let tagged = try options.tagged() else { return nil }
    var state = KernelState()
    state.links[LinkKey(.host, parent)] = Link(
      kind: .vlan(parent: tagged.base, id: tagged.id), alias: "\(Link.aliasPrefix)parent:\(parent)")
    return (parent, state)
  }

  static func endpoint(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName
  ) throws(EngineError) -> KernelState {
    let options = try ParentLinkOptions(intent.network)
    let parent = options.parent ?? BridgeDriver.bridgeName(for: intent.network.id)
    let isMacvlan = intent.network.driver == .macvlan
    var state = KernelState()
    state.links[LinkKey(sandbox, intent.interface)] = Link(
      kind: isMacvlan
        ? .macvlan(parent: parent, mode: options.mode)
        : .ipvlan(parent: parent, mode: options.mode, flag: options.flag),
      // An ipvlan link has its parent's hardware address and no other.
      mac: isMacvlan ? intent.endpoint.mac : nil, mtu: options.mtu,
      alias: "\(Link.aliasPrefix)endpoint:\(intent.endpoint.id)")
    return state
  }
}

extension Network {
  /// Whether an endpoint has a hardware address that is its own: on ipvlan, and on macvlan where the parent is handed
  /// over as a whole, it is the parent's.
  public var givesHardwareAddresses: Bool {
    switch driver {
    case .ipvlan: false
    case .macvlan: (try? ParentLinkOptions(self))?.mode != "passthru"
    default: true
    }
  }

  /// Whether an address is set aside for the gateway where the user names none. On the segments of others only the user
  /// knows who the router is; a network without a way out needs none.
  func setsGatewayAside(_ family: AddressFamily) -> Bool {
    switch driver {
    case .macvlan, .ipvlan: return false
    case .bridge:
      guard let options = try? BridgeOptions(self) else { return true }
      return options.gatewayMode(family) != .isolated
        && !(family == .ipv4 && options.inhibitsIPv4 && isInternal)
    default: return true
    }
  }

  /// Whether containers send everything straight onto the link, without a router: ipvlan that routes by itself.
  var isRouteItself: Bool {
    driver == .ipvlan && (try? ParentLinkOptions(self))?.routes == true
  }
}
