import Addressing
import Nftables

/// The ports' table: nobody speaks with another's address, and containers that may not talk do not.
extension HostFirewall {
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

  static let quiet = ElementSet(
    "quiet", key: ["ifname"], role: .guards, comment: "ports of networks whose containers may not talk with each other")
  static let pairs4 = ElementSet(
    "pairs4", key: ["ipv4_addr", "ipv4_addr"], role: .permits, comment: "of them, those that a link leads between")
  static let pairs6 = ElementSet(
    "pairs6", key: ["ipv6_addr", "ipv6_addr"], role: .permits, comment: "of them, those that a link leads between")
  static let links4 = ElementSet(
    "links4", key: ["ipv4_addr", "ipv4_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "from whom to which port of whom a link leads")
  static let links6 = ElementSet(
    "links6", key: ["ipv6_addr", "ipv6_addr", "inet_proto", "inet_service"], role: .permits,
    comment: "from whom to which port of whom a link leads")

  static let portPrerouting = Chain(
    "prerouting", hook: Chain.Hook(type: "filter", hook: "prerouting", priority: "-300"),
    rules: [
      Rule(
        "iifname \"\(EndpointLink.prefix)*\" iifname != @trusted jump port",
        "every port of ours must prove its addresses")
    ])

  static let port = Chain(
    "port",
    rules: [
      Rule("iifname . ether saddr != @hardware drop", "another's hardware address"),
      Rule("ether type vmap { arp : goto port_arp, ip : goto port_ipv4, ip6 : goto port_ipv6 }", "by protocol"),
      Rule("drop", "no other protocols between containers"),
    ])

  static let portARP = Chain(
    "port_arp",
    rules: [
      Rule("iifname . arp saddr ether != @hardware drop", "answers for another's hardware address"),
      Rule("iifname . arp saddr ip @sources4 accept", "its own address"),
      Rule("arp saddr ip 0.0.0.0 accept", "probe before taking an address, RFC 5227"),
      Rule("drop", "answers for another's address"),
    ])

  static let portIPv4 = Chain(
    "port_ipv4",
    rules: [
      Rule("iifname . ip saddr != @sources4 drop", "another's address"),
      Rule("udp sport 67 udp dport 68 drop", "a container gives its neighbours no addresses (DHCP)"),
      Rule("accept", "its own address"),
    ])

  static let portIPv6 = Chain(
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

  static let portForward = Chain(
    "forward", hook: Chain.Hook(type: "filter", hook: "forward", priority: "-200"),
    rules: [Rule("iifname @quiet oifname @quiet jump quiet_ports", "containers that may not talk with each other")])

  static let quietPorts = Chain(
    "quiet_ports",
    rules: [
      Rule("arp saddr ip . arp daddr ip @pairs4 accept", "linked ones may find each other"),
      Rule("ip saddr . ip daddr . meta l4proto . th dport @links4 accept", "a question to where a link leads"),
      Rule("ip daddr . ip saddr . meta l4proto . th sport @links4 accept", "and its answer"),
      Rule("icmpv6 type nd-neighbor-solicit accept", "asking for a neighbour; only linked ones are answered"),
      Rule("icmpv6 type nd-neighbor-advert ip6 saddr . ip6 daddr @pairs6 accept", "linked ones may find each other"),
      Rule("ip6 saddr . ip6 daddr . meta l4proto . th dport @links6 accept", "a question to where a link leads"),
      Rule("ip6 daddr . ip6 saddr . meta l4proto . th sport @links6 accept", "and its answer"),
      Rule("drop", "everything else"),
    ])
}
