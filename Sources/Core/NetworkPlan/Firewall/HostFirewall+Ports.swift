import Addressing
import Nftables

/// The table of the bridge ports: anti-forgery, and no packets between containers without ICC.
extension HostFirewall {
  static let portMACs = ElementSet(
    "port_macs", key: ["ifname", "ether_addr"], role: .permits,
    comment: "the MAC address of each bridge port's container")
  static let portAddresses4 = ElementSet(
    "port_addresses4", key: ["ifname", "ipv4_addr"], role: .permits,
    comment: "the IP addresses of each bridge port's container")
  static let portAddresses6 = ElementSet(
    "port_addresses6", key: ["ifname", "ipv6_addr"], role: .permits,
    comment: "the IP addresses of each bridge port's container")
  /// nft 1.0.6 has no name for a neighbour advertisement's target, which is a plain number to it, 16 bytes from the
  /// eighth of the message on (RFC 4861, 4.4).
  static let portTargets6 = ElementSet(
    "port_targets6", key: ["iifname", "@th,64,128"], isOfExpressions: true, role: .permits,
    comment: "the same addresses as numbers, for neighbour advertisements")

  /// An element of ``portTargets6``.
  static func portTarget6(_ port: String, _ address: IPv6Address) -> Element {
    Element([port, "0x" + String(address.rawValue, radix: 16)])
  }

  static let uncheckedPorts = ElementSet(
    "unchecked_ports", key: ["ifname"], role: .permits,
    comment: "bridge ports of networks without the anti-forgery rules")

  static let withoutICC = ElementSet(
    "no_icc", key: ["ifname"], role: .guards, comment: "bridge ports of networks without ICC")
  static let linkedPairs4 = ElementSet(
    "linked_pairs4", key: ["ipv4_addr", "ipv4_addr"], role: .permits,
    comment: "pairs of containers with a container link")
  static let linkedPairs6 = ElementSet(
    "linked_pairs6", key: ["ipv6_addr", "ipv6_addr"], role: .permits,
    comment: "pairs of containers with a container link")
  static let bridgedLinkPorts4 = ElementSet(
    "link_ports4", key: ["ipv4_addr", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "ports that container links permit")
  static let bridgedLinkPorts6 = ElementSet(
    "link_ports6", key: ["ipv6_addr", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "ports that container links permit")

  static let portPrerouting = Chain(
    "prerouting", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "-300"),
    rules: [
      Rule(
        "iifname \"\(EndpointLink.prefix)*\" iifname != @unchecked_ports jump port",
        "anti-forgery: check the sender of each frame")
    ])

  static let port = Chain(
    "port",
    rules: [
      Rule("iifname . ether saddr != @port_macs drop", "forged MAC address"),
      Rule("ether type vmap { arp : goto port_arp, ip : goto port_ipv4, ip6 : goto port_ipv6 }", "by protocol"),
      Rule("drop", "any other protocol"),
    ])

  static let portARP = Chain(
    "port_arp",
    rules: [
      Rule("iifname . arp saddr ether != @port_macs drop", "ARP with a forged MAC address"),
      Rule("iifname . arp saddr ip @port_addresses4 accept", "its own address"),
      Rule("arp saddr ip 0.0.0.0 accept", "ARP probe, RFC 5227"),
      Rule("drop", "ARP with a forged IP address"),
    ])

  static let portIPv4 = Chain(
    "port_ipv4",
    rules: [
      Rule("iifname . ip saddr != @port_addresses4 drop", "forged IP address"),
      Rule("udp sport 67 udp dport 68 drop", "a container must not be a DHCP server"),
      Rule("accept", "its own address"),
    ])

  static let portIPv6 = Chain(
    "port_ipv6",
    rules: [
      Rule("icmpv6 type { nd-router-advert, nd-redirect } drop", "a container must not be a router"),
      Rule("udp sport 547 udp dport 546 drop", "a container must not be a DHCPv6 server"),
      Rule(
        "icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @port_targets6 drop", "forged neighbour advertisement"),
      Rule("iifname . ip6 saddr @port_addresses6 accept", "its own address"),
      Rule(
        "ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld-listener-report, mld2-listener-report } accept",
        "duplicate address detection, RFC 4862"),
      Rule("drop", "forged IP address"),
    ])

  static let portForward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "-200"),
    rules: [Rule("iifname @no_icc oifname @no_icc jump no_icc_ports", "between containers without ICC")])

  static let withoutICCPorts = Chain(
    "no_icc_ports",
    rules: [
      Rule("arp saddr ip . arp daddr ip @linked_pairs4 accept", "ARP or neighbour discovery between linked containers"),
      Rule(
        "ip saddr . ip daddr . meta l4proto . th dport @link_ports4 accept", "to a port that a container link permits"),
      Rule("ip daddr . ip saddr . meta l4proto . th sport @link_ports4 accept", "the answer"),
      Rule("icmpv6 type nd-neighbor-solicit accept", "neighbour solicitation; only linked containers answer it"),
      Rule(
        "icmpv6 type nd-neighbor-advert ip6 saddr . ip6 daddr @linked_pairs6 accept",
        "ARP or neighbour discovery between linked containers"),
      Rule(
        "ip6 saddr . ip6 daddr . meta l4proto . th dport @link_ports6 accept", "to a port that a container link permits"
      ),
      Rule("ip6 daddr . ip6 saddr . meta l4proto . th sport @link_ports6 accept", "the answer"),
      Rule("drop", "any other packet"),
    ])
}
