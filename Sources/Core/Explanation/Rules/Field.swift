import Addressing

/// A field that a rule tests, in nft syntax (nft(8), PAYLOAD EXPRESSIONS and META EXPRESSIONS): those of the engine's
/// own chains, and those common in chains of others.
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
  case hardware = "ether saddr"
  case frame = "ether type"
  case arpHardware = "arp saddr ether"
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
  case message4 = "icmp type"
  case message6 = "icmpv6 type"
  case hops6 = "ip6 hoplimit"
  case state = "ct state"
  case status = "ct status"
  case askedPort = "ct original proto-dst"
  case askedAddress = "ct original ip daddr"
  case destinationType = "fib daddr type"
  case neighbourTarget = "@th,64,128"

  /// Longest first, because one field may be a prefix of another.
  static let byTokens: [(words: [String], field: Field)] = allCases.map { field in
    (field.rawValue.split(separator: " ").map(String.init), field)
  }.sorted { $0.words.count > $1.words.count }
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
  case word(String)

  /// In nft's canonical form, as part of an element's key; `nil` if there is no known value.
  var text: String? {
    switch self {
    case .absent, .unknown: nil
    case .name(let name): "\"\(name)\""
    case .address(let address): "\(address)"
    case .number(let number): "\(number)"
    case .word(let word): word
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
    case .hardware: return mac.map { .word("\($0)") } ?? .unknown
    case .frame: return .word(four ? "ip" : "ip6")
    case .arpHardware, .arpSource, .arpDestination, .neighbourTarget: return .absent
    case .transport: return .word(transportWord)
    case .transport4: return four ? .word(transportWord) : .absent
    case .transport6: return four ? .absent : .word(transportWord)
    case .family: return .word(four ? "ipv4" : "ipv6")
    case .sourcePort: return question == .ping ? .absent : .number(UInt64(sourcePort))
    case .port: return question == .ping ? .absent : .number(UInt64(port))
    case .tcpSourcePort: return question == .tcp ? .number(UInt64(sourcePort)) : .absent
    case .tcpPort: return question == .tcp ? .number(UInt64(port)) : .absent
    case .udpSourcePort: return question == .udp ? .number(UInt64(sourcePort)) : .absent
    case .udpPort: return question == .udp ? .number(UInt64(port)) : .absent
    case .message4: return question == .ping && four ? .word(isAnswer ? "echo-reply" : "echo-request") : .absent
    case .message6: return question == .ping && !four ? .word(isAnswer ? "echo-reply" : "echo-request") : .absent
    case .hops6: return four ? .absent : .number(64)
    case .state: return .word(isAnswer ? "established" : "new")
    case .status: return originalDestination == nil ? .word("") : .word("dnat")
    case .askedPort: return question == .ping ? .absent : .number(UInt64(originalDestination?.port ?? port))
    case .askedAddress: return four ? .address(originalDestination?.address ?? destination) : .absent
    case .destinationType: return .word(isForHost ? "local" : "unicast")
    }
  }

  private var transportWord: String {
    switch question {
    case .tcp: "tcp"
    case .udp: "udp"
    case .ping: family == .ipv4 ? "icmp" : "ipv6-icmp"
    }
  }
}
