package import Addressing
package import EngineModel
import Nftables

/// A further bridge of a network that has more containers than a kernel bridge has ports.
///
/// A veth pair connects each member bridge to the network's own bridge, and to no other, so all of them are one segment.
/// Only the own bridge has addresses. Packets that leave the segment pass it, and the firewall's sets name it. Senders are
/// checked at the containers' ports.
package struct BridgeMember: Sendable, Hashable {
  package let network: Network
  /// From 1; the network's own bridge is 0.
  package let number: Int

  /// The largest number of member bridges. Each takes a port of the own bridge.
  package static let maximumCount = 23

  package init(_ network: Network, number: Int) {
    self.network = network
    self.number = number
  }

  package var bridge: InterfaceName { name("cwm") }
  /// The end of the veth pair on the network's own bridge.
  var near: InterfaceName { name("cwt") }
  var far: InterfaceName { name("cwu") }

  /// An interface name has room for nine digits of the network's id and two of the number.
  private func name(_ prefix: String) -> InterfaceName {
    .constant("\(prefix)\(network.id.rawValue.prefix(9))-\(number < 10 ? "0" : "")\(number)")
  }

  /// The first bridge of the network that can take one more container; `nil` when all are full.
  ///
  /// - Parameter endpointCounts: the number of containers on each bridge, by the bridge's number.
  package static func firstFree(of network: Network, endpointCounts: [Int: Int]) throws(EngineError) -> Int? {
    // An adopted bridge may have other ports, and may have to stay apart from other bridges.
    guard network.adopted == nil else { return endpointCounts[0] ?? 0 < BridgeDriver.maximumPorts ? 0 : nil }
    let capacity = try BridgeOptions(network).containersPerBridge
    return (0...maximumCount).first { endpointCounts[$0] ?? 0 < capacity }
  }

  /// The bridge, the veth pair, and their elements in the firewall's sets.
  package func state() throws(EngineError) -> KernelState {
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
    // It has no addresses. It must not create a link-local one or answer ARP for addresses of the own bridge.
    state.sysctls[Sysctl(.host, "net/ipv4/conf/\(bridge)/arp_ignore")] = "8"
    state.sysctls[Sysctl(.host, "net/ipv6/conf/\(bridge)/disable_ipv6")] = "1"
    let name = "\"\(bridge)\""
    // With `br_netfilter`, bridged packets arrive from this bridge. No packet is routed to or from it.
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.memberBridges))
    state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.sameNetwork))
    if !options.isICCEnabled {
      state.addElement(Element("\"\(near)\""), to: HostFirewall.set(HostFirewall.withoutICC))
    }
    if !options.healsItself { state.unattended.formUnion([own, trunk, end]) }
    return state
  }
}

extension Link {
  /// The beginnings of the aliases of a veth pair between two bridges, one for each end.
  package static let trunkAlias = "\(aliasPrefix)trunk:"
  package static let trunkEndAlias = "\(aliasPrefix)trunk-end:"
}
