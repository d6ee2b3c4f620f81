public import Addressing
public import EngineModel

/// The drivers `macvlan` and `ipvlan`: a container's interface is a child of a link of the host, and stands on that
/// link's own segment. Nothing of it passes the host's firewall.
public enum ParentLinkDriver {
  /// What such a network's options say.
  public struct Options: Sendable, Hashable {
    /// The link of the host that leads to the segment; `nil`: a segment of the containers' own, with no way out.
    public let parent: InterfaceName?
    /// `bridge`, `private`, `vepa` or `passthru`; for ipvlan `l2`, `l3` or `l3s`.
    public let mode: String
    /// For ipvlan: `bridge`, `private` or `vepa`.
    public let flag: String
    public let mtu: UInt32?

    static let parentKey = "parent"
    static let macvlanModeKey = "macvlan_mode"
    static let ipvlanModeKey = "ipvlan_mode"
    static let ipvlanFlagKey = "ipvlan_flag"

    /// - Throws: `invalidParameter` that names the option and the value.
    public init(_ network: Network) throws(EngineError) {
      let reader = OptionReader(network.options)
      parent = try reader.value(Self.parentKey, "an interface name") { InterfaceName($0) }
      mtu = try reader.value(BridgeOptions.mtuKey, "a number from 68 to 65535") {
        UInt32($0).flatMap { (68...65535).contains($0) ? $0 : nil }
      }
      func choice(_ key: String, _ allowed: [String]) throws(EngineError) -> String {
        try reader.value(key, "one of \(allowed.joined(separator: ", "))") { allowed.contains($0) ? $0 : nil }
          ?? allowed[0]
      }
      if network.driver == .macvlan {
        mode = try choice(Self.macvlanModeKey, ["bridge", "private", "vepa", "passthru"])
        flag = ""
      } else {
        mode = try choice(Self.ipvlanModeKey, ["l2", "l3", "l3s"])
        flag = try choice(Self.ipvlanFlagKey, ["bridge", "private", "vepa"])
      }
    }
  }

  /// Without a parent the segment is a bridge that has no port and no address: every kernel that can run containers has
  /// bridges, while the dummy links that other engines use here may be missing.
  public static func network(_ network: Network) throws(EngineError) -> KernelState {
    let options = try Options(network)
    var state = KernelState()
    guard options.parent == nil else { return state }
    let place = LinkPlace(.host, BridgeDriver.bridgeName(for: network.id))
    state.links[place] = Link(
      kind: .bridge, mac: .locallyAdministered(from: network.id.bits), mtu: options.mtu,
      alias: "\(Link.aliasPrefix)network:\(network.id)")
    // The host takes no part in a segment of the containers' own.
    state.sysctls[Sysctl(.host, "net/ipv6/conf/\(place.name)/disable_ipv6")] = "1"
    return state
  }

  static func endpoint(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName
  ) throws(EngineError) -> KernelState {
    let options = try Options(intent.network)
    let parent = options.parent ?? BridgeDriver.bridgeName(for: intent.network.id)
    let isMacvlan = intent.network.driver == .macvlan
    var state = KernelState()
    state.links[LinkPlace(sandbox, intent.interface)] = Link(
      kind: isMacvlan
        ? .macvlan(parent: parent, mode: options.mode)
        : .ipvlan(parent: parent, mode: options.mode, flag: options.flag),
      // An ipvlan link has its parent's hardware address and no other.
      mac: isMacvlan ? intent.endpoint.mac : nil, mtu: options.mtu,
      alias: "\(Link.aliasPrefix)endpoint:\(intent.endpoint.id)")
    return state
  }
}
