import Addressing

/// A field that a rule tests, in nft syntax (nft(8), PAYLOAD EXPRESSIONS and META EXPRESSIONS).
///
/// The list has the fields of the engine's chains, and those that are common in foreign tables.
enum Field: String, Sendable, Hashable, CaseIterable {
  case input = "iifname"
  case inputIndex = "iif"
  case output = "oifname"
  case outputIndex = "oif"
  case metaInput = "meta iifname"
  case metaOutput = "meta oifname"
  case source4 = "ip saddr"
  case destination4 = "ip daddr"
  case source6 = "ip6 saddr"
  case destination6 = "ip6 daddr"
  case sourceMAC = "ether saddr"
  case etherType = "ether type"
  case arpSourceMAC = "arp saddr ether"
  case arpSource = "arp saddr ip"
  case arpDestination = "arp daddr ip"
  case transport = "meta l4proto"
  case transport4 = "ip protocol"
  case transport6 = "ip6 nexthdr"
  case family = "meta nfproto"
  case sourcePort = "th sport"
  case port = "th dport"
  case tcpSourcePort = "tcp sport"
  case tcpPort = "tcp dport"
  case udpSourcePort = "udp sport"
  case udpPort = "udp dport"
  case icmpType = "icmp type"
  case icmpv6Type = "icmpv6 type"
  case hopLimit6 = "ip6 hoplimit"
  case conntrackState = "ct state"
  case conntrackStatus = "ct status"
  case originalDestinationPort = "ct original proto-dst"
  case originalDestination4 = "ct original ip daddr"
  case direction = "ct direction"
  case destinationType = "fib daddr type"
  case routeToSource = "fib saddr . iif oif"
  case neighbourAdvertTarget = "@th,64,128"

  /// Longest first, because one field may be a prefix of another.
  static let tokenized: [(tokens: [String], field: Field)] = allCases.map { field in
    (field.rawValue.split(separator: " ").map(String.init), field)
  }.sorted { $0.tokens.count > $1.tokens.count }
}

/// A packet's value of a field.
enum FieldValue: Sendable, Hashable {
  /// The packet does not have the field: the rule does not match.
  case absent
  /// The value is not known.
  case unknown
  case name(String)
  case address(IPAddress)
  case number(UInt64)
  case keyword(String)

  /// In nft's canonical form, as part of an element's key; `nil` if there is no known value.
  var text: String? {
    switch self {
    case .absent, .unknown: nil
    case .name(let name): "\"\(name)\""
    case .address(let address): "\(address)"
    case .number(let number): "\(number)"
    case .keyword(let keyword): keyword
    }
  }
}

extension Packet {
  func value(of field: Field) -> FieldValue {
    let four = family == .ipv4
    switch field {
    case .input, .inputIndex, .metaInput: return .name(input?.rawValue ?? "")
    case .output, .outputIndex, .metaOutput: return .name(output?.rawValue ?? "")
    case .source4: return four ? .address(source) : .absent
    case .destination4: return four ? .address(destination) : .absent
    case .source6: return four ? .absent : .address(source)
    case .destination6: return four ? .absent : .address(destination)
    case .sourceMAC: return mac.map { .keyword("\($0)") } ?? .unknown
    case .etherType: return .keyword(four ? "ip" : "ip6")
    case .arpSourceMAC, .arpSource, .arpDestination, .neighbourAdvertTarget: return .absent
    case .transport: return .keyword(protocolName)
    case .transport4: return four ? .keyword(protocolName) : .absent
    case .transport6: return four ? .absent : .keyword(protocolName)
    case .family: return .keyword(four ? "ipv4" : "ipv6")
    case .sourcePort: return probe == .ping ? .absent : .number(UInt64(sourcePort))
    case .port: return probe == .ping ? .absent : .number(UInt64(port))
    case .tcpSourcePort: return probe == .tcp ? .number(UInt64(sourcePort)) : .absent
    case .tcpPort: return probe == .tcp ? .number(UInt64(port)) : .absent
    case .udpSourcePort: return probe == .udp ? .number(UInt64(sourcePort)) : .absent
    case .udpPort: return probe == .udp ? .number(UInt64(port)) : .absent
    case .icmpType: return probe == .ping && four ? .keyword(isReply ? "echo-reply" : "echo-request") : .absent
    case .icmpv6Type: return probe == .ping && !four ? .keyword(isReply ? "echo-reply" : "echo-request") : .absent
    case .hopLimit6: return four ? .absent : .number(64)
    case .conntrackState: return .keyword(isReply ? "established" : "new")
    case .conntrackStatus: return originalDestination == nil ? .keyword("") : .keyword("dnat")
    case .direction: return .keyword(isReply ? "reply" : "original")
    case .originalDestinationPort: return probe == .ping ? .absent : .number(UInt64(originalDestination?.port ?? port))
    case .originalDestination4: return four ? .address(originalDestination?.address ?? destination) : .absent
    case .destinationType: return .keyword(isToHost ? "local" : "unicast")
    // The walk gives each packet the source address of its sender.
    case .routeToSource: return .keyword("present")
    }
  }

  private var protocolName: String {
    switch probe {
    case .tcp: "tcp"
    case .udp: "udp"
    case .ping: family == .ipv4 ? "icmp" : "ipv6-icmp"
    }
  }
}
