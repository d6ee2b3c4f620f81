import Nftables

/// The chains of the NAT and isolation table.
extension HostFirewall {
  static let raw = Chain(
    "raw", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "raw"),
    rules: [
      Rule("iifname != \"lo\" jump loopback_guard", "packets that this host did not send to itself"),
      Rule(
        "iifname @member_bridges notrack",
        "with br_netfilter: connection tracking starts on the network's own bridge"),
    ])

  /// The kernel refuses loopback addresses on other links only after the destination is translated, and not at all on
  /// bridges, where `route_localnet` is on for published ports.
  static let loopbackGuard = Chain(
    "loopback_guard",
    rules: [
      Rule("ip daddr 127.0.0.0/8 drop", "a port that is published on 127.0.0.1 is for this host only"),
      Rule("ip saddr 127.0.0.0/8 drop", "forged: the loopback address of this host"),
      Rule("ip6 daddr ::1 drop", "a port that is published on ::1 is for this host only"),
      Rule("ip6 saddr ::1 drop", "forged: the loopback address of this host"),
    ])

  /// The kernel does the same where `rp_filter` is 1, for IPv4 only.
  static let senderCheck = Chain(
    "sender_check",
    rules: [
      Rule(
        "ip saddr @container_subnets4 fib saddr . iif oif missing drop",
        "forged: the address of a container that is not behind this link"),
      Rule(
        "ip6 saddr @container_subnets6 fib saddr . iif oif missing drop",
        "forged: the address of a container that is not behind this link"),
    ])

  static let publish = Chain(
    "publish",
    rules: [
      Rule("dnat ip to ip daddr . meta l4proto . th dport map @published4", "published on this address"),
      Rule("dnat ip to meta l4proto . th dport map @published4_anywhere", "published on every address"),
      Rule("dnat ip6 to ip6 daddr . meta l4proto . th dport map @published6", "published on this address"),
      Rule("dnat ip6 to meta l4proto . th dport map @published6_anywhere", "published on every address"),
    ])

  static let prerouting = Chain(
    "prerouting", hook: Chain.Hook(type: "nat", hook: "prerouting", priority: "dstnat"),
    rules: [Rule("fib daddr type local jump publish", "to an address of this host")])

  static let output = Chain(
    "output", hook: Chain.Hook(type: "nat", hook: "output", priority: "-100"),
    rules: [
      Rule("ip6 daddr ::1 accept", "the kernel cannot route ::1 to a container; a relay serves it"),
      Rule("fib daddr type local jump publish", "from this host to one of its addresses"),
    ])

  static let tunnel = Chain(
    "tunnel",
    rules: [
      Rule("ip saddr @tunnel_peers4 accept", "from a node of the cluster"),
      Rule("ip6 saddr @tunnel_peers6 accept", "from a node of the cluster"),
      Rule("drop", "from any other host"),
    ])

  static let input = Chain(
    "input", hook: Chain.Hook(type: "filter", hook: "input", priority: "filter"),
    rules: [
      Rule("iifname != \"lo\" jump sender_check", "packets that this host did not send to itself"),
      Rule("udp dport @tunnel_ports jump tunnel", "VXLAN packets of overlay networks"),
    ])

  static let otherTraffic = Chain(
    "other_traffic",
    rules: [
      Rule("ip saddr @plugin_subnets4 accept", "from a plugin's network"),
      Rule("ip daddr @plugin_subnets4 accept", "to a plugin's network"),
      Rule("ip6 saddr @plugin_subnets6 accept", "from a plugin's network"),
      Rule("ip6 daddr @plugin_subnets6 accept", "to a plugin's network"),
      Rule("iifname @other_engines accept", "from a bridge of another engine"),
      Rule("oifname @other_engines accept", "to a bridge of another engine"),
      Rule("meta nfproto vmap @forwarding_policy", "drop if the engine turned on forwarding"),
    ])

  /// Replies are judged by what permitted the flow, not by the conntrack entry alone. With br_netfilter a container
  /// can create an entry between any two addresses: it sends a frame within its own network.
  static let replies = Chain(
    "replies",
    rules: [
      Rule("ct status dnat accept", "from or to a published port"),
      Rule(
        "oifname @bridges iifname != @bridges iifname != @other_engines accept",
        "from outside to a container that may send there"),
      Rule(
        "iifname @bridges oifname != @bridges oifname != @other_engines accept",
        "from a container to outside"),
      Rule("meta nfproto . iifname @routed_bridges accept", "from a routed network"),
      Rule(
        "oifname != @bridges meta nfproto . iifname @unprotected_bridges accept",
        "from a network in the gateway mode nat-unprotected"),
      Rule(
        "oifname . ip saddr . meta l4proto . th sport @direct_ports4 accept",
        "from a published port to a trusted interface"),
      Rule(
        "oifname . ip6 saddr . meta l4proto . th sport @direct_ports6 accept",
        "from a published port to a trusted interface"),
      Rule("drop", "isolation: no rule permits the flow that this answers"),
    ])

  /// Every packet of a flow is judged, not the first one alone. Connection tracking decides about two things only: it
  /// tells a flow to a published port (`ct status dnat`), and which packets are replies.
  static let forward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "filter"),
    rules: [
      Rule(
        "iifname != @bridges oifname != @bridges goto other_traffic",
        "neither from nor to a bridge of this engine"),
      Rule(
        "iifname @bridges udp dport @tunnel_ports ip daddr @tunnel_peers4 drop",
        "a masqueraded container must not send VXLAN packets as this node"),
      Rule(
        "iifname @bridges udp dport @tunnel_ports ip6 daddr @tunnel_peers6 drop",
        "a masqueraded container must not send VXLAN packets as this node"),
      Rule("iifname . oifname @same_network accept", "within a network with ICC"),
      Rule("oifname @bridges jump sender_check", "to a container"),
      Rule(
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
        "bridged neighbour discovery (hop limit 255); the bridge table filters it"),
      Rule("ip saddr . ip daddr . meta l4proto . th dport @link_ports4 accept", "permitted by a container link"),
      Rule(
        "ip daddr . ip saddr . meta l4proto . th sport @link_ports4 accept", "the reply to a container link"),
      Rule("ip6 saddr . ip6 daddr . meta l4proto . th dport @link_ports6 accept", "permitted by a container link"),
      Rule(
        "ip6 daddr . ip6 saddr . meta l4proto . th sport @link_ports6 accept", "the reply to a container link"),
      Rule("iifname @internal_bridges drop", "from an internal network"),
      Rule("oifname @internal_bridges drop", "to an internal network"),
      Rule("iifname @member_bridges drop", "packets leave a large network through its own bridge only"),
      Rule("oifname @member_bridges drop", "packets enter a large network through its own bridge only"),
      Rule("ct state invalid drop", "no packet of a known flow"),
      Rule("ct direction reply goto replies", "the reply direction of a flow"),
      Rule("oifname @bridges ct status dnat accept", "to a published port"),
      Rule("oifname @bridges ct status expected accept", "a flow that a connection tracking helper expects (FTP)"),
      Rule(
        "iifname != @bridges meta nfproto . oifname @unprotected_bridges accept",
        "to a network in the gateway mode nat-unprotected"),
      Rule(
        "meta l4proto { icmp, ipv6-icmp } meta nfproto . oifname @routed_bridges accept",
        "ping to a routed network"),
      Rule(
        "ip daddr . meta l4proto . th dport @routed_ports4 accept", "to a published port at the container's own address"
      ),
      Rule(
        "ip6 daddr . meta l4proto . th dport @routed_ports6 accept",
        "to a published port at the container's own address"),
      Rule(
        "iifname . ip daddr . meta l4proto . th dport @direct_ports4 accept",
        "from a trusted interface to a published port"),
      Rule(
        "iifname . ip6 daddr . meta l4proto . th dport @direct_ports6 accept",
        "from a trusted interface to a published port"),
      Rule(
        "iifname != @bridges iifname != @other_engines meta l4proto { icmp, ipv6-icmp } ct state related accept",
        "an ICMP error about a flow from outside"),
      Rule("oifname @bridges drop", "isolation: from another network or outside to an unpublished port"),
      Rule("oifname @other_engines ct status dnat accept", "from a container to a port that another engine publishes"),
      Rule("oifname @other_engines drop", "from a container to anything else of another engine"),
      Rule("iifname @bridges accept", "from a container to outside"),
    ])

  static let postrouting = Chain(
    "postrouting", hook: Chain.Hook(type: "nat", hook: "postrouting", priority: "srcnat"),
    rules: [
      Rule("oifname @bridges ip saddr 127.0.0.0/8 masquerade", "the host's loopback to a published port"),
      Rule(
        "iifname . oifname @same_network ct status dnat masquerade",
        "to a published port of the same network: replies must return through this host"),
      Rule(
        "iifname . ip daddr @local_clients4 masquerade",
        "to a published port of a container that is on the client's network, too: replies must return through this host"
      ),
      Rule(
        "iifname . ip6 daddr @local_clients6 masquerade",
        "to a published port of a container that is on the client's network, too: replies must return through this host"
      ),
      Rule("ip saddr . ip daddr @hairpin4 ct status dnat masquerade", "a container to its own published port"),
      Rule("ip6 saddr . ip6 daddr @hairpin6 ct status dnat masquerade", "a container to its own published port"),
      Rule("oifname @bridges accept", "to a container: keep the source address"),
      Rule("snat ip to iifname map @snat4", "from a container to outside, with the network's source address"),
      Rule("snat ip6 to iifname map @snat6", "from a container to outside, with the network's source address"),
      Rule("meta nfproto ipv4 iifname @masquerade4 masquerade", "from a container to outside"),
      Rule("meta nfproto ipv6 iifname @masquerade6 masquerade", "from a container to outside"),
    ])
}
