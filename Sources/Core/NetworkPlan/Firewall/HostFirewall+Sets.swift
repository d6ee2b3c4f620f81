import Addressing
import Nftables

/// The sets and maps of the NAT and isolation table.
extension HostFirewall {
  static let bridges = ElementSet(
    "bridges", key: ["ifname"], role: .guards, comment: "bridges of this engine's networks")
  static let sameNetwork = ElementSet(
    "same_network", key: ["ifname", "ifname"], role: .permits,
    comment: "bridges whose containers reach each other, each paired with itself")
  static let internalBridges = ElementSet(
    "internal_bridges", key: ["ifname"], role: .guards,
    comment: "bridges of internal networks: nothing is forwarded from or to them")
  static let unprotectedBridges = ElementSet(
    "unprotected_bridges", key: ["nf_proto", "ifname"], role: .permits,
    comment: "bridges in the gateway mode nat-unprotected: every port is reachable")
  static let routedBridges = ElementSet(
    "routed_bridges", key: ["nf_proto", "ifname"], role: .permits,
    comment: "bridges in the gateway mode routed: no NAT")
  static let routedPorts4 = ElementSet(
    "routed_ports4", key: ["ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports of routed networks")
  static let routedPorts6 = ElementSet(
    "routed_ports6", key: ["ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports of routed networks")
  static let directPorts4 = ElementSet(
    "direct_ports4", key: ["ifname", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports that are reachable from a trusted interface without NAT")
  static let directPorts6 = ElementSet(
    "direct_ports6", key: ["ifname", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports that are reachable from a trusted interface without NAT")

  static let containerSubnets4 = ElementSet(
    "container_subnets4", key: ["ipv4_addr"], role: .guards, holdsPrefixes: true,
    comment: "subnets of this engine's bridges: no other link may send from their addresses")
  static let containerSubnets6 = ElementSet(
    "container_subnets6", key: ["ipv6_addr"], role: .guards, holdsPrefixes: true,
    comment: "subnets of this engine's bridges: no other link may send from their addresses")

  static let masquerade4 = ElementSet(
    "masquerade4", key: ["ifname"], role: .permits, comment: "bridges whose containers are masqueraded")
  static let masquerade6 = ElementSet(
    "masquerade6", key: ["ifname"], role: .permits, comment: "bridges whose containers are masqueraded")
  static let snat4 = ElementSet(
    "snat4", key: ["ifname"], value: ["ipv4_addr"], role: .permits,
    comment: "bridges whose containers get this source address")
  static let snat6 = ElementSet(
    "snat6", key: ["ifname"], value: ["ipv6_addr"], role: .permits,
    comment: "bridges whose containers get this source address")
  static let hairpin4 = ElementSet(
    "hairpin4", key: ["ipv4_addr", "ipv4_addr"], role: .permits,
    comment: "containers with published ports, each paired with itself")
  static let hairpin6 = ElementSet(
    "hairpin6", key: ["ipv6_addr", "ipv6_addr"], role: .permits,
    comment: "containers with published ports, each paired with itself")
  static let localClients4 = ElementSet(
    "local_clients4", key: ["ifname", "ipv4_addr"], role: .permits,
    comment: "containers with published ports, each with the bridges of its networks whose containers are masqueraded")
  static let localClients6 = ElementSet(
    "local_clients6", key: ["ifname", "ipv6_addr"], role: .permits,
    comment: "containers with published ports, each with the bridges of its networks whose containers are masqueraded")
  static let published4 = ElementSet(
    "published4", key: ["ipv4_addr", "inet_proto", "inet_service"], value: ["ipv4_addr", "inet_service"],
    role: .permits, comment: "ports published on one address of the host")
  static let published4Anywhere = ElementSet(
    "published4_anywhere", key: ["inet_proto", "inet_service"], value: ["ipv4_addr", "inet_service"], role: .permits,
    comment: "ports published on every address of the host")
  static let published6 = ElementSet(
    "published6", key: ["ipv6_addr", "inet_proto", "inet_service"], value: ["ipv6_addr", "inet_service"],
    role: .permits, comment: "ports published on one address of the host")
  static let published6Anywhere = ElementSet(
    "published6_anywhere", key: ["inet_proto", "inet_service"], value: ["ipv6_addr", "inet_service"], role: .permits,
    comment: "ports published on every address of the host")

  static let pluginSubnets4 = ElementSet(
    "plugin_subnets4", key: ["ipv4_addr"], role: .permits, holdsPrefixes: true,
    comment: "subnets of plugin networks: the plugin filters their packets")
  static let pluginSubnets6 = ElementSet(
    "plugin_subnets6", key: ["ipv6_addr"], role: .permits, holdsPrefixes: true,
    comment: "subnets of plugin networks: the plugin filters their packets")
  static let otherEngines = ElementSet(
    "other_engines", key: ["ifname"], role: .permits,
    comment: "bridges of other engines (Docker, Podman): those engines filter their packets")
  static let forwardingPolicy = ElementSet(
    "forwarding_policy", key: ["nf_proto"], value: ["verdict"], role: .guards,
    comment: "verdict on traffic that has nothing to do with containers: drop where the engine turned on forwarding")

  static let memberBridges = ElementSet(
    "member_bridges", key: ["ifname"], role: .guards,
    comment: "further bridges of large networks: their packets are filtered on the network's own bridge")
  static let linkPorts4 = ElementSet(
    "link_ports4", key: ["ipv4_addr", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "ports that container links permit without ICC, if br_netfilter filters bridged packets here")
  static let linkPorts6 = ElementSet(
    "link_ports6", key: ["ipv6_addr", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "ports that container links permit without ICC, if br_netfilter filters bridged packets here")

  static let tunnelPorts = ElementSet(
    "tunnel_ports", key: ["inet_service"], role: .guards,
    comment: "the UDP port of the cluster's VXLAN tunnels")
  static let tunnelPeers4 = ElementSet(
    "tunnel_peers4", key: ["ipv4_addr"], role: .permits, comment: "the cluster's other nodes")
  static let tunnelPeers6 = ElementSet(
    "tunnel_peers6", key: ["ipv6_addr"], role: .permits, comment: "the cluster's other nodes")
}
