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
      published4, published4Anywhere, published6, published6Anywhere, unrelated,
    ],
    chains: [raw, publish, prerouting, output, forward, postrouting])

  /// Where the administrator's own rules for containers' traffic live: they are asked before ours, and what they drop
  /// stays dropped. The engine makes this table once and never touches it again.
  public static let administrators = Table(
    family: .inet, name: "causeway_users",
    chains: [Chain("forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "-1"), rules: [])],
    isForAdministrator: true)

  /// Nobody speaks with another's hardware or network address.
  public static let ports = Table(
    family: .bridge, name: "causeway",
    sets: [hardware, sources4, sources6, targets6, trusted],
    chains: [portPrerouting, port, portARP, portIPv4, portIPv6])

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
  static let unrelated = ElementSet(
    "unrelated", key: ["nf_proto"], value: ["verdict"], role: .guards,
    comment: "families in which this host became a router only for its containers")

  // MARK: Chains of the translation table

  private static let raw = Chain(
    "raw", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "raw"),
    rules: [
      Rule(
        "iifname @bridges ip daddr 127.0.0.0/8 drop",
        "the bridges route loopback addresses for published ports; containers may not use that")
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

  private static let forward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "filter"),
    rules: [
      Rule(
        "iifname != @bridges oifname != @bridges meta nfproto vmap @unrelated",
        "not from or to a container: passes only if this host was a router before"),
      Rule("ct state vmap { established : accept, related : accept, invalid : drop }", "what was let through before"),
      Rule("iifname . oifname @own accept", "within one network"),
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

  // MARK: The ports' table

  static let hardware = ElementSet(
    "hardware", key: ["ifname", "ether_addr"], role: .permits, comment: "the hardware address of each port's container")
  static let sources4 = ElementSet(
    "sources4", key: ["ifname", "ipv4_addr"], role: .permits, comment: "the addresses of each port's container")
  static let sources6 = ElementSet(
    "sources6", key: ["ifname", "ipv6_addr"], role: .permits, comment: "the addresses of each port's container")
  /// nft 1.0.6 has no name for a neighbour advertisement's target, which is a plain number to it, 16 bytes from the
  /// eighth of the message on (RFC 4861, 4.4).
  static let targets6 = ElementSet(
    "targets6", key: ["iifname", "@th,64,128"], isOfExpressions: true, role: .permits,
    comment: "the same as numbers, for what neighbours are told")

  /// An element of ``targets6``.
  static func target6(_ port: String, _ address: IPv6Address) -> Element {
    Element([port, "0x" + String(address.rawValue, radix: 16)])
  }

  static let trusted = ElementSet(
    "trusted", key: ["ifname"], role: .permits, comment: "ports of networks that allow any source address")

  private static let portPrerouting = Chain(
    "prerouting", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "-300"),
    rules: [
      Rule(
        "iifname \"\(EndpointLink.prefix)*\" iifname != @trusted jump port",
        "every port of ours must prove its addresses")
    ])

  private static let port = Chain(
    "port",
    rules: [
      Rule("iifname . ether saddr != @hardware drop", "another's hardware address"),
      Rule("ether type vmap { arp : goto port_arp, ip : goto port_ipv4, ip6 : goto port_ipv6 }", "by protocol"),
      Rule("drop", "no other protocols between containers"),
    ])

  private static let portARP = Chain(
    "port_arp",
    rules: [
      Rule("iifname . arp saddr ether != @hardware drop", "answers for another's hardware address"),
      Rule("iifname . arp saddr ip @sources4 accept", "its own address"),
      Rule("arp saddr ip 0.0.0.0 accept", "probe before taking an address, RFC 5227"),
      Rule("drop", "answers for another's address"),
    ])

  private static let portIPv4 = Chain(
    "port_ipv4",
    rules: [
      Rule("iifname . ip saddr != @sources4 drop", "another's address"),
      Rule("udp sport 67 udp dport 68 drop", "a container gives its neighbours no addresses (DHCP)"),
      Rule("accept", "its own address"),
    ])

  private static let portIPv6 = Chain(
    "port_ipv6",
    rules: [
      Rule("icmpv6 type { nd-router-advert, nd-redirect } drop", "a container is no router for its neighbours"),
      Rule("udp sport 547 udp dport 546 drop", "a container gives its neighbours no addresses (DHCPv6)"),
      Rule(
        "icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @targets6 drop", "answers for another's address"),
      Rule("iifname . ip6 saddr @sources6 accept", "its own address"),
      Rule(
        "ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld-listener-report, mld2-listener-report } accept",
        "probe before taking an address, RFC 4862"),
      Rule("drop", "another's address"),
    ])
}
