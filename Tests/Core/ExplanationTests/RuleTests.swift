import Addressing
import NetworkPlan
import Nftables
import Testing

@testable import Explanation

/// Chains are evaluated as the kernel evaluates them.
@Suite struct RuleTests {
  static func packet(
    _ from: String, _ to: String, _ port: UInt16 = 80, _ probe: Probe = .tcp, input: String? = nil,
    output: String? = nil
  ) throws -> Packet {
    var packet = Packet(
      probe, from: try #require(IPAddress(from)), to: try #require(IPAddress(to)), port: port)
    packet.input = input.flatMap { InterfaceName($0) }
    packet.output = output.flatMap { InterfaceName($0) }
    return packet
  }

  private static func verdict(_ rules: String, policy: String = "accept", _ packet: Packet) -> RuleEvaluation.Verdict {
    let listing = """
      table ip filter {
        chain FORWARD {
          type filter hook forward priority filter; policy \(policy);
          \(rules.split(separator: "\n").joined(separator: "\n    "))
        }
        chain mine {
          ip saddr 10.0.0.0/8 return
          tcp dport 25 drop
        }
      }
      """
    return RuleTable(ForeignTable(name: "ip filter", listing: listing)).evaluate("forward", "filter", on: packet)
      .verdict
  }

  @Test(arguments: [
    ("drop", "drops"), ("accept\ndrop", "passes"), ("", "passes"), ("ip saddr 10.0.0.2 drop", "drops"),
    ("ip saddr 10.0.0.3 drop", "passes"), ("ip saddr != 10.0.0.3 drop", "drops"),
    ("ip saddr 10.0.0.0/24 drop", "drops"),
    ("ip saddr { 192.0.2.1, 10.0.0.1-10.0.0.9 } drop", "drops"), ("ip6 saddr ::1 drop", "passes"),
    ("ip6 saddr != ::1 drop", "passes"), ("tcp dport 80 drop", "drops"), ("tcp dport { 22, 70-90 } drop", "drops"),
    ("udp dport 80 drop", "passes"), ("th dport 80 drop", "drops"), ("meta l4proto tcp drop", "drops"),
    ("meta l4proto { udp, icmp } drop", "passes"), ("ip protocol 6 counter packets 3 bytes 4 drop", "drops"),
    ("iifname \"br0\" drop", "drops"), ("iifname \"br*\" oifname != \"br*\" drop", "drops"),
    ("iifname \"eth0\" drop", "passes"), ("ct state established,related accept\ndrop", "drops"),
    ("ct state { new } accept\ndrop", "passes"), ("ct state vmap { new : drop, established : accept }", "drops"),
    ("counter packets 1 bytes 2 log prefix \"no drop\" level info\naccept", "passes"),
    ("jump mine\ndrop", "drops"), ("goto mine\ndrop", "passes"), ("reject with icmp port-unreachable", "drops"),
    ("ct original proto-dst 80 drop", "drops"), ("ct original proto-dst 8080 drop", "passes"),
    ("icmp type echo-request drop", "passes"), ("fib daddr type local drop", "passes"),
    ("limit rate 3/second accept\ndrop", "depends"), ("meta mark 0x1 drop", "depends"),
    ("ip saddr @known drop", "depends"), ("xt match \"comment\" ip saddr 10.0.0.2 drop", "drops"),
    ("xt match \"conntrack\" accept", "passes"), ("meta skuid 5 return\ndrop", "depends"),
    ("tcp dport 80 xt target \"REJECT\"", "drops"), ("xt target \"LOG\"\ndrop", "drops"),
    ("tcp dport 80 dnat to 10.0.0.9:81", "passes"), ("tcp dport 80 redirect to :81", "depends"),
    ("ip daddr . tcp dport { 10.9.0.2 . 80 } drop", "drops"), ("tcp dport http drop", "depends"),
  ])
  func foreignRules(_ rules: String, _ expected: String) throws {
    let packet = try Self.packet("10.0.0.2", "10.9.0.2", input: "br0", output: "eth1")
    let verdict = Self.verdict(rules, packet)
    let word =
      switch verdict {
      case .passes: "passes"
      case .drops: "drops"
      case .uncertain: "depends"
      }
    #expect(word == expected, "\(rules): \(verdict)")
  }

  @Test func policiesAndUnknownConditions() throws {
    let packet = try Self.packet("10.0.0.2", "10.9.0.2")
    #expect(
      Self.verdict("tcp dport 80 accept", policy: "drop", packet)
        == .passes(
          RuleName(
            chain: "ip filter FORWARD", text: "tcp dport 80 accept", comment: "")))
    guard case .drops(let policy) = Self.verdict("udp dport 80 accept", policy: "drop", packet) else {
      Issue.record("the packet is not dropped")
      return
    }
    #expect(policy.text == "policy drop")
    guard case .uncertain = Self.verdict("meta mark 1 accept", policy: "drop", packet) else {
      Issue.record("the verdict is not uncertain")
      return
    }
    // IPv6 packets do not pass the table.
    #expect(Self.verdict("drop", try Self.packet("fd00::2", "fd00::3")) == .passes(nil))
  }

  @Test(arguments: [
    ("dnat to 10.0.0.9:81", "10.0.0.9 81"), ("dnat ip to 10.0.0.9", "10.0.0.9 80"),
    ("tcp dport 81 dnat to 10.0.0.9", ""),
    ("dnat to 10.0.0.1-10.0.0.9", ""), ("meta mark 1 dnat to 10.0.0.9", ""),
  ])
  func foreignTranslations(_ rule: String, _ expected: String) throws {
    let listing =
      "table ip nat {\n\tchain PRE {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t\(rule)\n\t}\n}\n"
    let table = RuleTable(ForeignTable(name: "ip nat", listing: listing))
    let evaluation = table.evaluate("prerouting", "nat", on: try Self.packet("192.0.2.2", "192.0.2.1"))
    guard case .destination(let place)? = evaluation.translation else {
      #expect(expected == "")
      return
    }
    #expect("\(place.address) \(place.port)" == expected)
  }

  /// The reader understands every rule of the engine's own chains.
  @Test func ownRulesAreUnderstood() {
    for table in [HostFirewall.table, HostFirewall.ports, SandboxFirewall.table] {
      for chain in table.chains {
        for rule in chain.rules {
          let reading = ParsedRule(rule.text, comment: rule.comment)
          // The sandbox table redirects to the resolver.
          if table == SandboxFirewall.table { continue }
          #expect(!reading.conditions.contains(.unknown), "\(rule.text)")
          #expect(reading.action != .none || rule.text.contains("notrack"), "\(rule.text)")
          #expect(reading.action != .unknownNAT, "\(rule.text)")
        }
      }
    }
  }

  /// Every rule that drops packets has a message.
  @Test func everyDropRuleHasAMessage() {
    for table in [HostFirewall.table, HostFirewall.ports] {
      for rule in table.chains.flatMap(\.rules) {
        let reading = ParsedRule(rule.text)
        let drops =
          switch reading.action {
          case .drop: true
          case .verdictMap(_, .set): true
          case .verdictMap(_, .values(let items)): items.contains { $0.hasSuffix(": drop") }
          default: false
          }
        if drops { #expect(PathWalk.DropRule(rawValue: rule.text) != nil, "\(rule.text)") }
      }
    }
    let known = Set([HostFirewall.table, HostFirewall.ports].flatMap(\.chains).flatMap(\.rules).map(\.text))
    for dropRule in PathWalk.DropRule.allCases { #expect(known.contains(dropRule.rawValue), "\(dropRule.rawValue)") }
  }
}
