import Addressing
package import Nftables

/// The engine's two tables in the host's namespace. Their rules are constant: a network, an endpoint or a published port
/// is an element of a set, so a packet passes as few rules with a thousand networks as with one.
package enum HostFirewall {
  /// NAT and isolation.
  package static let table = Table(
    family: .inet, name: "causeway",
    sets: [
      bridges, own, internalOnly, unprotected, routed, routedPorts4, routedPorts6, direct4, direct6, masquerade4,
      masquerade6, sourceOf4, sourceOf6, hairpin4, hairpin6,
      published4, published4Anywhere, published6, published6Anywhere, foreign4, foreign6, neighbours, unrelated,
      linked4, linked6, members, tunnelPorts, tunnelPeers4, tunnelPeers6,
    ],
    chains: [raw, publish, prerouting, output, tunnel, input, others, forward, postrouting])

  /// The table for the administrator's own rules about containers' packets. They come before ours. The engine creates
  /// this table once and never changes it.
  package static let administrators = Table(
    family: .inet, name: "causeway_users",
    chains: [Chain("forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "-1"), rules: [])],
    isForAdministrator: true)

  /// Anti-forgery and ICC, on bridge ports.
  package static let ports = Table(
    family: .bridge, name: "causeway",
    sets: [hardware, sources4, sources6, targets6, trusted, withoutICC, pairs4, pairs6, links4, links6],
    chains: [portPrerouting, port, portARP, portIPv4, portIPv6, portForward, withoutICCPorts])

  /// The reference of a set of ``table`` or ``ports``.
  static func set(_ set: ElementSet) -> SetReference {
    SetReference(ports.sets.contains(set) ? ports.reference : table.reference, set.name)
  }

  // MARK: Sets of the NAT and isolation table

  static let bridges = ElementSet(
    "bridges", key: ["ifname"], role: .guards, comment: "bridges of this engine")
  static let own = ElementSet(
    "own", key: ["ifname", "ifname"], role: .permits, comment: "bridges with ICC, each paired with itself")
  static let internalOnly = ElementSet(
    "internal", key: ["ifname"], role: .guards, comment: "bridges of internal networks: no external connectivity")
  static let unprotected = ElementSet(
    "unprotected", key: ["nf_proto", "ifname"], role: .permits,
    comment: "bridges in the gateway mode nat-unprotected: every port is reachable")
  static let routed = ElementSet(
    "routed", key: ["nf_proto", "ifname"], role: .permits, comment: "bridges in the gateway mode routed: no NAT")
  static let routedPorts4 = ElementSet(
    "routed_ports4", key: ["ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports of routed networks")
  static let routedPorts6 = ElementSet(
    "routed_ports6", key: ["ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports of routed networks")
  static let direct4 = ElementSet(
    "direct4", key: ["ifname", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports that are reachable from a trusted interface without NAT")
  static let direct6 = ElementSet(
    "direct6", key: ["ifname", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports that are reachable from a trusted interface without NAT")
  static let masquerade4 = ElementSet(
    "masquerade4", key: ["ifname"], role: .permits, comment: "bridges whose containers are masqueraded")
  static let masquerade6 = ElementSet(
    "masquerade6", key: ["ifname"], role: .permits, comment: "bridges whose containers are masqueraded")
  static let sourceOf4 = ElementSet(
    "source4", key: ["ifname"], value: ["ipv4_addr"], role: .permits,
    comment: "bridges whose containers get this source address")
  static let sourceOf6 = ElementSet(
    "source6", key: ["ifname"], value: ["ipv6_addr"], role: .permits,
    comment: "bridges whose containers get this source address")
  static let hairpin4 = ElementSet(
    "hairpin4", key: ["ipv4_addr", "ipv4_addr"], role: .permits,
    comment: "containers with published ports, each paired with itself")
  static let hairpin6 = ElementSet(
    "hairpin6", key: ["ipv6_addr", "ipv6_addr"], role: .permits,
    comment: "containers with published ports, each paired with itself")
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
  static let foreign4 = ElementSet(
    "foreign4", key: ["ipv4_addr"], role: .permits, holdsPrefixes: true,
    comment: "subnets of plugin networks: the plugin filters their packets")
  static let foreign6 = ElementSet(
    "foreign6", key: ["ipv6_addr"], role: .permits, holdsPrefixes: true,
    comment: "subnets of plugin networks: the plugin filters their packets")
  static let neighbours = ElementSet(
    "neighbours", key: ["ifname"], role: .permits,
    comment: "bridges of other engines: those engines filter their packets")
  static let unrelated = ElementSet(
    "unrelated", key: ["nf_proto"], value: ["verdict"], role: .guards,
    comment: "families in which the engine turned on forwarding")

  static let members = ElementSet(
    "members", key: ["ifname"], role: .guards,
    comment: "member bridges: their packets are filtered on the network's own bridge")
  static let linked4 = ElementSet(
    "linked4", key: ["ipv4_addr", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "what container links permit without ICC, if br_netfilter filters bridged packets here")
  static let linked6 = ElementSet(
    "linked6", key: ["ipv6_addr", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "what container links permit without ICC, if br_netfilter filters bridged packets here")

  static let tunnelPorts = ElementSet(
    "tunnel_ports", key: ["inet_service"], role: .guards,
    comment: "the UDP port of the cluster's VXLAN tunnels")
  static let tunnelPeers4 = ElementSet(
    "tunnel_peers4", key: ["ipv4_addr"], role: .permits, comment: "the cluster's other nodes")
  static let tunnelPeers6 = ElementSet(
    "tunnel_peers6", key: ["ipv6_addr"], role: .permits, comment: "the cluster's other nodes")

  // MARK: Chains of the NAT and isolation table

  private static let raw = Chain(
    "raw", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "raw"),
    rules: [
      Rule(
        "iifname @bridges ip daddr 127.0.0.0/8 drop",
        "route_localnet is on for published ports; containers must not use it"),
      Rule(
        "iifname @members notrack",
        "with br_netfilter: connection tracking starts on the network's own bridge"),
    ])

  private static let publish = Chain(
    "publish",
    rules: [
      Rule("dnat ip to ip daddr . meta l4proto . th dport map @published4", "published on this address"),
      Rule("dnat ip to meta l4proto . th dport map @published4_anywhere", "published on every address"),
      Rule("dnat ip6 to ip6 daddr . meta l4proto . th dport map @published6", "published on this address"),
      Rule("dnat ip6 to meta l4proto . th dport map @published6_anywhere", "published on every address"),
    ])

  private static let prerouting = Chain(
    "prerouting", hook: Chain.Hook(type: "nat", hook: "prerouting", priority: "dstnat"),
    rules: [Rule("fib daddr type local jump publish", "to an address of this host")])

  private static let output = Chain(
    "output", hook: Chain.Hook(type: "nat", hook: "output", priority: "-100"),
    rules: [
      Rule("ip6 daddr ::1 accept", "the kernel cannot route ::1 to a container; a relay serves it"),
      Rule("fib daddr type local jump publish", "from this host to one of its addresses"),
    ])

  private static let tunnel = Chain(
    "tunnel",
    rules: [
      Rule("ip saddr @tunnel_peers4 accept", "from a node of the cluster"),
      Rule("ip6 saddr @tunnel_peers6 accept", "from a node of the cluster"),
      Rule("drop", "from any other host"),
    ])

  private static let input = Chain(
    "input", hook: Chain.Hook(type: "filter", hook: "input", priority: "filter"),
    rules: [Rule("udp dport @tunnel_ports jump tunnel", "VXLAN packets of overlay networks")])

  private static let others = Chain(
    "others",
    rules: [
      Rule("ip saddr @foreign4 accept", "from a plugin's network"),
      Rule("ip daddr @foreign4 accept", "to a plugin's network"),
      Rule("ip6 saddr @foreign6 accept", "from a plugin's network"),
      Rule("ip6 daddr @foreign6 accept", "to a plugin's network"),
      Rule("iifname @neighbours accept", "from a bridge of another engine"),
      Rule("oifname @neighbours accept", "to a bridge of another engine"),
      Rule("meta nfproto vmap @unrelated", "drop if the engine turned on forwarding"),
    ])

  private static let forward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "filter"),
    rules: [
      Rule(
        "iifname != @bridges oifname != @bridges jump others", "neither from nor to a bridge of this engine"),
      Rule(
        "iifname @bridges udp dport @tunnel_ports ip daddr @tunnel_peers4 drop",
        "a masqueraded container must not send VXLAN packets as this node"),
      Rule(
        "iifname @bridges udp dport @tunnel_ports ip6 daddr @tunnel_peers6 drop",
        "a masqueraded container must not send VXLAN packets as this node"),
      Rule("ct state vmap { established : accept, related : accept, invalid : drop }", "established flows"),
      Rule("iifname . oifname @own accept", "within a network with ICC"),
      Rule(
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
        "bridged neighbour discovery (hop limit 255); the bridge table filters it"),
      Rule("ip saddr . ip daddr . meta l4proto . th dport @linked4 accept", "permitted by a container link"),
      Rule(
        "ip6 saddr . ip6 daddr . meta l4proto . th dport @linked6 accept", "permitted by a container link"),
      Rule("iifname @internal drop", "from an internal network"),
      Rule("oifname @internal drop", "to an internal network"),
      Rule("oifname @bridges ct status dnat accept", "to a published port"),
      Rule(
        "iifname != @bridges meta nfproto . oifname @unprotected accept",
        "to a network in the gateway mode nat-unprotected"),
      Rule(
        "meta l4proto { icmp, ipv6-icmp } meta nfproto . oifname @routed accept",
        "ping to a routed network"),
      Rule(
        "ip daddr . meta l4proto . th dport @routed_ports4 accept", "to a published port at the container's own address"
      ),
      Rule(
        "ip6 daddr . meta l4proto . th dport @routed_ports6 accept",
        "to a published port at the container's own address"),
      Rule(
        "iifname . ip daddr . meta l4proto . th dport @direct4 accept", "from a trusted interface to a published port"),
      Rule(
        "iifname . ip6 daddr . meta l4proto . th dport @direct6 accept",
        "from a trusted interface to a published port"),
      Rule("oifname @bridges drop", "isolation: from another network or outside to an unpublished port"),
      Rule("oifname @neighbours ct status dnat accept", "from a container to a port that another engine publishes"),
      Rule("oifname @neighbours drop", "from a container to anything else of another engine"),
      Rule("iifname @bridges accept", "from a container to outside"),
    ])

  private static let postrouting = Chain(
    "postrouting", hook: Chain.Hook(type: "nat", hook: "postrouting", priority: "srcnat"),
    rules: [
      Rule("oifname @bridges ip saddr 127.0.0.0/8 masquerade", "the host's loopback to a published port"),
      Rule(
        "iifname . oifname @own ct status dnat masquerade",
        "to a published port of the same network: answers must return through this host"),
      Rule("ip saddr . ip daddr @hairpin4 ct status dnat masquerade", "a container to its own published port"),
      Rule("ip6 saddr . ip6 daddr @hairpin6 ct status dnat masquerade", "a container to its own published port"),
      Rule("oifname @bridges accept", "to a container: keep the source address"),
      Rule("snat ip to iifname map @source4", "from a container to outside, with the network's source address"),
      Rule("snat ip6 to iifname map @source6", "from a container to outside, with the network's source address"),
      Rule("meta nfproto ipv4 iifname @masquerade4 masquerade", "from a container to outside"),
      Rule("meta nfproto ipv6 iifname @masquerade6 masquerade", "from a container to outside"),
    ])
}
