public import Addressing
public import EngineModel
import Nftables

/// A further bridge of a network that has more containers than a bridge of the kernel has ports.
///
/// The network's own bridge, which alone has addresses, is the middle of a star: each further one is joined to it by a
/// link pair and stands on no other. So all of them are one segment, packets that leave it go by the own bridge, whose
/// place in the firewall's sets decides as ever, and who may send what is checked at the containers' ports.
public struct BridgeMember: Sendable, Hashable {
  public let network: Network
  /// From 1; the network's own bridge is 0.
  public let number: Int

  /// So many can be joined: they take ports of the own bridge.
  public static let most = 23

  public init(_ network: Network, number: Int) {
    self.network = network
    self.number = number
  }

  public var bridge: InterfaceName { name("cwm") }
  /// The pair's end on the network's own bridge.
  var near: InterfaceName { name("cwt") }
  var far: InterfaceName { name("cwu") }

  /// Nine digits of the id, for there is no room for more; two that tell which one it is.
  private func name(_ prefix: String) -> InterfaceName {
    .constant("\(prefix)\(network.id.rawValue.prefix(9))-\(number < 10 ? "0" : "")\(number)")
  }

  /// The first bridge of the network with room for one more container; `nil` when all are full.
  ///
  /// - Parameter occupancy: how many containers stand on each.
  public static func vacancy(of network: Network, occupancy: [Int: Int]) throws(EngineError) -> Int? {
    // What else stands on somebody else's bridge is not known, nor whether it may be joined to another one.
    guard network.adopted == nil else { return occupancy[0] ?? 0 < BridgeDriver.maximumPorts ? 0 : nil }
    let room = try BridgeOptions(network).containersPerBridge
    return (0...most).first { occupancy[$0] ?? 0 < room }
  }

  /// The bridge, the pair that joins it, and its places in the firewall's sets.
  public func state() throws(EngineError) -> KernelState {
    let options = try BridgeOptions(network)
    let (own, trunk, end) = (LinkKey(.host, bridge), LinkKey(.host, near), LinkKey(.host, far))
    var state = KernelState()
    let alias = "\(network.id):\(number)"
    state.links[own] = Link(kind: .bridge, mtu: options.mtu, alias: "\(Link.aliasPrefix)member:\(alias)")
    state.links[trunk] = Link(
      kind: .veth(peer: end), mtu: options.mtu, controller: options.bridgeName, port: Link.BridgePort(),
      alias: "\(Link.trunkAlias)\(alias)")
    state.links[end] = Link(
      kind: .vethPeer, mtu: options.mtu, controller: bridge, alias: "\(Link.trunkEndAlias)\(alias)")
    // It has no addresses, shall not make itself one, nor answer for those of the own bridge, as Linux would.
    state.sysctls[Sysctl(.host, "net/ipv4/conf/\(bridge)/arp_ignore")] = "8"
    state.sysctls[Sysctl(.host, "net/ipv6/conf/\(bridge)/disable_ipv6")] = "1"
    let name = "\"\(bridge)\""
    // Where the host sees bridged packets they come from this bridge. Nothing is ever routed to or from it.
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.members))
    state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.own))
    if !options.isICCEnabled {
      state.addElement(Element("\"\(near)\""), to: HostFirewall.set(HostFirewall.quiet))
    }
    if !options.healsItself { state.unattended.formUnion([own, trunk, end]) }
    return state
  }
}

extension Link {
  /// What the aliases of a pair between two bridges of the host begin with: they tell its ends apart.
  public static let trunkAlias = "\(aliasPrefix)trunk:"
  public static let trunkEndAlias = "\(aliasPrefix)trunk-end:"
}
