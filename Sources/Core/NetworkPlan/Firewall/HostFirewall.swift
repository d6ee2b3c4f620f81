import Addressing
package import Nftables

/// The engine's two tables in the host's namespace. Their rules are constant: a network, an endpoint or a published port
/// is an element of a set, so a packet passes as few rules with a thousand networks as with one.
package enum HostFirewall {
  /// NAT and isolation.
  package static let table = Table(
    family: .inet, name: "causeway",
    sets: [
      bridges, sameNetwork, internalBridges, unprotectedBridges, routedBridges, routedPorts4, routedPorts6,
      directPorts4, directPorts6, containerSubnets4, containerSubnets6, masquerade4, masquerade6, snat4, snat6,
      hairpin4, hairpin6, localClients4, localClients6, published4, published4Anywhere, published6,
      published6Anywhere, pluginSubnets4, pluginSubnets6, otherEngines, forwardingPolicy, linkPorts4, linkPorts6,
      memberBridges, tunnelPorts, tunnelPeers4, tunnelPeers6,
    ],
    chains: [
      raw, loopbackGuard, senderCheck, publish, prerouting, output, tunnel, input, otherTraffic, replies, openPorts,
      incoming, outgoing, betweenContainers, forward, postrouting,
    ])

  /// The table for the administrator's own rules about containers' packets. They come before ours. The engine creates
  /// this table once and never changes it.
  package static let administrators = Table(
    family: .inet, name: "causeway_users",
    chains: [Chain("forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "-1"), rules: [])],
    isForAdministrator: true)

  /// Anti-forgery and ICC, on bridge ports.
  package static let ports = Table(
    family: .bridge, name: "causeway",
    sets: [
      portMACs, portAddresses4, portAddresses6, portTargets6, uncheckedPorts, withoutICC, linkedPairs4, linkedPairs6,
      bridgedLinkPorts4, bridgedLinkPorts6,
    ],
    chains: [portPrerouting, port, portARP, portIPv4, portIPv6, portForward, withoutICCPorts])

  /// The reference of a set of ``table`` or ``ports``.
  static func set(_ set: ElementSet) -> SetReference {
    SetReference(ports.sets.contains(set) ? ports.reference : table.reference, set.name)
  }

  /// The element of a set of prefixes, as nft prints it: without the length if it is one address.
  static func element(_ prefix: IPPrefix) -> Element {
    Element(prefix.hostBits == 0 ? "\(prefix.base)" : "\(prefix)")
  }
}
