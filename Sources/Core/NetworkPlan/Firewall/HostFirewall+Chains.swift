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
