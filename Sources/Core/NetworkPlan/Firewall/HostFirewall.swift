import Addressing
public import Nftables

/// The engine's two tables in the host's namespace. Their rules are constant: a network, an endpoint or a published
/// port is an element of one of the sets, so a packet passes as few rules with a thousand networks as with one.
public enum HostFirewall {
  /// Translation and isolation.
  public static let table = Table(
    family: .inet, name: "causeway",
    sets: [
      bridges, own, internalOnly, unprotected, routed, routedPorts4, routedPorts6, direct4, direct6, masquerade4,
      masquerade6, sourceOf4, sourceOf6, hairpin4, hairpin6,
      published4, published4Anywhere, published6, published6Anywhere, foreign4, foreign6, neighbours, unrelated,
      linked4, linked6, members, tunnelPorts, tunnelPeers4, tunnelPeers6,
    ],
    chains: [raw, publish, prerouting, output, tunnel, input, others, forward, postrouting])

  /// Where the administrator's own rules for containers' traffic live: they are asked before ours, and what they drop
  /// stays dropped. The engine makes this table once and never touches it again.
  public static let administrators = Table(
    family: .inet, name: "causeway_users",
    chains: [Chain("forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "-1"), rules: [])],
    isForAdministrator: true)

  /// Nobody speaks with another's hardware or network address.
  public static let ports = Table(
    family: .bridge, name: "causeway",
    sets: [hardware, sources4, sources6, targets6, trusted, quiet, pairs4, pairs6, links4, links6],
    chains: [portPrerouting, port, portARP, portIPv4, portIPv6, portForward, quietPorts])

  /// Names one of the sets of ``table`` or ``ports`` for adding elements to it.
  static func set(_ set: ElementSet) -> SetReference {
    SetReference(ports.sets.contains(set) ? ports.reference : table.reference, set.name)
  }

  // MARK: Sets of the translation table

  static let bridges = ElementSet(
    "bridges", key: ["ifname"], role: .guards, comment: "bridges of this engine: what passes them is decided here")
  static let own = ElementSet(
    "own", key: ["ifname", "ifname"], role: .permits, comment: "bridge paired with itself: its containers may talk")
  static let internalOnly = ElementSet(
    "internal", key: ["ifname"], role: .guards, comment: "bridges of internal networks: nothing in or out")
  static let unprotected = ElementSet(
    "unprotected", key: ["nf_proto", "ifname"], role: .permits,
    comment: "bridges whose every port is open to the outside")
  static let routed = ElementSet(
    "routed", key: ["nf_proto", "ifname"], role: .permits, comment: "bridges that are reached without translation")
  static let routedPorts4 = ElementSet(
    "routed_ports4", key: ["ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports of routed networks, reached without translation")
  static let routedPorts6 = ElementSet(
    "routed_ports6", key: ["ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports of routed networks, reached without translation")
  static let direct4 = ElementSet(
    "direct4", key: ["ifname", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports that a trusted interface reaches without translation")
  static let direct6 = ElementSet(
    "direct6", key: ["ifname", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "published ports that a trusted interface reaches without translation")
  static let masquerade4 = ElementSet(
    "masquerade4", key: ["ifname"], role: .permits, comment: "bridges whose containers go out under the host's address")
  static let masquerade6 = ElementSet(
    "masquerade6", key: ["ifname"], role: .permits, comment: "bridges whose containers go out under the host's address")
  static let sourceOf4 = ElementSet(
    "source4", key: ["ifname"], value: ["ipv4_addr"], role: .permits,
    comment: "bridges whose containers go out under a certain address of the host")
  static let sourceOf6 = ElementSet(
    "source6", key: ["ifname"], value: ["ipv6_addr"], role: .permits,
    comment: "bridges whose containers go out under a certain address of the host")
  static let hairpin4 = ElementSet(
    "hairpin4", key: ["ipv4_addr", "ipv4_addr"], role: .permits,
    comment: "containers that publish ports, to reach themselves through the host")
  static let hairpin6 = ElementSet(
    "hairpin6", key: ["ipv6_addr", "ipv6_addr"], role: .permits,
    comment: "containers that publish ports, to reach themselves through the host")
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
    comment: "subnets of networks whose links a plugin makes: what passes there is the plugin's affair")
  static let foreign6 = ElementSet(
    "foreign6", key: ["ipv6_addr"], role: .permits, holdsPrefixes: true,
    comment: "subnets of networks whose links a plugin makes: what passes there is the plugin's affair")
  static let neighbours = ElementSet(
    "neighbours", key: ["ifname"], role: .permits,
    comment: "bridges of other engines, whose rules let them pass: what goes out and in there is their affair")
  static let unrelated = ElementSet(
    "unrelated", key: ["nf_proto"], value: ["verdict"], role: .guards,
    comment: "families in which this host became a router only for its containers")

  static let members = ElementSet(
    "members", key: ["ifname"], role: .guards,
    comment: "further bridges of networks: what passes them is decided on the networks' own")
  static let linked4 = ElementSet(
    "linked4", key: ["ipv4_addr", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "ports that a link opens where containers may not talk; asked where the host sees bridged packets")
  static let linked6 = ElementSet(
    "linked6", key: ["ipv6_addr", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "ports that a link opens where containers may not talk; asked where the host sees bridged packets")

  static let tunnelPorts = ElementSet(
    "tunnel_ports", key: ["inet_service"], role: .guards,
    comment: "the port at which the hosts of a cluster carry frames to each other (VXLAN)")
  static let tunnelPeers4 = ElementSet(
    "tunnel_peers4", key: ["ipv4_addr"], role: .permits, comment: "the cluster's other hosts")
  static let tunnelPeers6 = ElementSet(
    "tunnel_peers6", key: ["ipv6_addr"], role: .permits, comment: "the cluster's other hosts")

  // MARK: Chains of the translation table

  private static let raw = Chain(
    "raw", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "raw"),
    rules: [
      Rule(
        "iifname @bridges ip daddr 127.0.0.0/8 drop",
        "the bridges route loopback addresses for published ports; containers may not use that"),
      Rule(
        "iifname @members notrack",
        "where the host sees bridged packets: translation begins on the network's own bridge, not before"),
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
    rules: [Rule("fib daddr type local jump publish", "for an address of this host")])

  private static let output = Chain(
    "output", hook: Chain.Hook(type: "nat", hook: "output", priority: "-100"),
    rules: [
      Rule("ip6 daddr ::1 accept", "the kernel cannot route ::1 to a container; a relay serves it"),
      Rule("fib daddr type local jump publish", "for an address of this host, by itself"),
    ])

  private static let tunnel = Chain(
    "tunnel",
    rules: [
      Rule("ip saddr @tunnel_peers4 accept", "from a host of the cluster"),
      Rule("ip6 saddr @tunnel_peers6 accept", "from a host of the cluster"),
      Rule("drop", "nobody else puts frames into networks that span hosts"),
    ])

  private static let input = Chain(
    "input", hook: Chain.Hook(type: "filter", hook: "input", priority: "filter"),
    rules: [Rule("udp dport @tunnel_ports jump tunnel", "frames of networks that span hosts")])

  private static let others = Chain(
    "others",
    rules: [
      Rule("ip saddr @foreign4 accept", "from a plugin's network"),
      Rule("ip daddr @foreign4 accept", "to a plugin's network"),
      Rule("ip6 saddr @foreign6 accept", "from a plugin's network"),
      Rule("ip6 daddr @foreign6 accept", "to a plugin's network"),
      Rule("iifname @neighbours accept", "from a bridge of another engine"),
      Rule("oifname @neighbours accept", "to a bridge of another engine"),
      Rule("meta nfproto vmap @unrelated", "passes only if this host was a router before"),
    ])

  private static let forward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "filter"),
    rules: [
      Rule(
        "iifname != @bridges oifname != @bridges jump others", "not from or to one of our bridges"),
      Rule(
        "iifname @bridges udp dport @tunnel_ports ip daddr @tunnel_peers4 drop",
        "a container that goes out under this host's address must not speak for it"),
      Rule(
        "iifname @bridges udp dport @tunnel_ports ip6 daddr @tunnel_peers6 drop",
        "a container that goes out under this host's address must not speak for it"),
      Rule("ct state vmap { established : accept, related : accept, invalid : drop }", "what was let through before"),
      Rule("iifname . oifname @own accept", "within one network"),
      Rule(
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
        "on its way over a bridge, for a router would have counted down; who hears whom is decided there"),
      Rule("ip saddr . ip daddr . meta l4proto . th dport @linked4 accept", "from a container to one it has a link to"),
      Rule(
        "ip6 saddr . ip6 daddr . meta l4proto . th dport @linked6 accept", "from a container to one it has a link to"),
      Rule("iifname @internal drop", "an internal network has no way out"),
      Rule("oifname @internal drop", "and none in"),
      Rule("oifname @bridges ct status dnat accept", "came by a published port"),
      Rule(
        "iifname != @bridges meta nfproto . oifname @unprotected accept", "a network whose every port is open"),
      Rule(
        "meta l4proto { icmp, ipv6-icmp } meta nfproto . oifname @routed accept",
        "a network that is reached without translation can be asked whether it is there"),
      Rule("ip daddr . meta l4proto . th dport @routed_ports4 accept", "a published port, by the container's address"),
      Rule("ip6 daddr . meta l4proto . th dport @routed_ports6 accept", "a published port, by the container's address"),
      Rule(
        "iifname . ip daddr . meta l4proto . th dport @direct4 accept", "from a trusted interface to a published port"),
      Rule(
        "iifname . ip6 daddr . meta l4proto . th dport @direct6 accept",
        "from a trusted interface to a published port"),
      Rule("oifname @bridges drop", "from another network or the outside to what is not published"),
      Rule("oifname @neighbours ct status dnat accept", "from a container to what another engine publishes"),
      Rule("oifname @neighbours drop", "and to nothing else of that engine's containers"),
      Rule("iifname @bridges accept", "from a container to the outside"),
    ])

  private static let postrouting = Chain(
    "postrouting", hook: Chain.Hook(type: "nat", hook: "postrouting", priority: "srcnat"),
    rules: [
      Rule("oifname @bridges ip saddr 127.0.0.0/8 masquerade", "the host's loopback to a published port"),
      Rule(
        "iifname . oifname @own ct status dnat masquerade",
        "through the host back into its own network: the answer must come back the same way"),
      Rule("ip saddr . ip daddr @hairpin4 ct status dnat masquerade", "a container to its own published port"),
      Rule("ip6 saddr . ip6 daddr @hairpin6 ct status dnat masquerade", "a container to its own published port"),
      Rule("oifname @bridges accept", "towards containers the source address is kept"),
      Rule("snat ip to iifname map @source4", "to the outside under an address that was asked for"),
      Rule("snat ip6 to iifname map @source6", "to the outside under an address that was asked for"),
      Rule("meta nfproto ipv4 iifname @masquerade4 masquerade", "to the outside under the host's address"),
      Rule("meta nfproto ipv6 iifname @masquerade6 masquerade", "to the outside under the host's address"),
    ])
}
