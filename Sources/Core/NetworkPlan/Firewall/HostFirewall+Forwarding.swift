import Nftables

/// The chains for forwarded packets. The chain `forward` selects one of the others by where a packet comes from and where
/// it goes, so a packet passes only the rules that can concern it.
///
/// Every packet of a flow is judged, not the first one alone. Connection tracking decides about two things only: it
/// tells a flow to a published port (`ct status dnat`), and which packets are replies.
extension HostFirewall {
  static let forward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "filter"),
    rules: [
      Rule(
        "iifname != @bridges oifname != @bridges goto other_traffic",
        "neither from nor to a bridge of this engine"),
      Rule("iifname != @bridges goto incoming", "to a container from outside"),
      Rule("oifname != @bridges goto outgoing", "from a container to outside"),
      Rule("goto between_containers", "from a container to a container"),
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

  static let outgoing = Chain(
    "outgoing",
    rules: [
      Rule("iifname @internal_bridges drop", "from an internal network"),
      Rule("iifname @member_bridges drop", "packets leave a large network through its own bridge only"),
      Rule(
        "udp dport @tunnel_ports ip daddr @tunnel_peers4 drop",
        "a masqueraded container must not send VXLAN packets as this node"),
      Rule(
        "udp dport @tunnel_ports ip6 daddr @tunnel_peers6 drop",
        "a masqueraded container must not send VXLAN packets as this node"),
      Rule("ct state invalid drop", "no packet of a known flow"),
      Rule("ct direction reply goto replies", "the reply direction of a flow"),
      Rule("oifname @other_engines ct status dnat accept", "from a container to a port that another engine publishes"),
      Rule("oifname @other_engines drop", "from a container to anything else of another engine"),
      Rule("accept", "from a container to outside"),
    ])

  static let incoming = Chain(
    "incoming",
    rules: [
      Rule("jump sender_check", "to a container"),
      Rule("oifname @internal_bridges drop", "to an internal network"),
      Rule("oifname @member_bridges drop", "packets enter a large network through its own bridge only"),
      Rule("ct state invalid drop", "no packet of a known flow"),
      Rule("ct direction reply goto replies", "the reply direction of a flow"),
      Rule("jump open_ports", "to a published port"),
      Rule(
        "meta nfproto . oifname @unprotected_bridges accept", "to a network in the gateway mode nat-unprotected"),
      Rule(
        "iifname != @other_engines meta l4proto { icmp, ipv6-icmp } ct state related accept",
        "an ICMP error about a flow from outside"),
      Rule("drop", "isolation: from outside to an unpublished port"),
    ])

  static let betweenContainers = Chain(
    "between_containers",
    rules: [
      Rule("iifname . oifname @same_network accept", "within a network with ICC"),
      Rule("jump sender_check", "to a container"),
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
      Rule("jump open_ports", "to a published port"),
      Rule("drop", "isolation: from another network to an unpublished port"),
    ])

  /// Packets in the direction in which a flow began.
  static let openPorts = Chain(
    "open_ports",
    rules: [
      Rule("ct status dnat accept", "to a published port"),
      Rule("ct status expected accept", "a flow that a connection tracking helper expects (FTP)"),
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
}
