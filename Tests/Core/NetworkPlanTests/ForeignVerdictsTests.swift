import NetworkPlan
import Testing

@Suite struct ForeignVerdictsTests {
  private static let ufw = """
    # Warning: table ip filter is managed by iptables-nft, do not touch!
    table ip filter {
    \tchain FORWARD {
    \t\ttype filter hook forward priority filter; policy drop;
    \t\tcounter packets 12 bytes 720 jump ufw-before-forward
    \t}

    \tchain ufw-before-forward {
    \t\tct state related,established counter packets 0 bytes 0 accept
    \t}

    \tchain INPUT {
    \t\ttype filter hook input priority filter; policy accept;
    \t}
    }
    """

  private static let firewalld = """
    table inet firewalld {
    \tset known {
    \t\ttype ipv4_addr
    \t\telements = { 192.0.2.1 }
    \t}

    \tchain filter_FORWARD {
    \t\ttype filter hook forward priority filter + 10; policy accept;
    \t\tct state { established, related } accept
    \t\tct status dnat accept
    \t\treject with icmpx admin-prohibited
    \t}
    }
    """

  private func table(_ name: String, _ rules: String...) -> ForeignTable {
    let lines = rules.map { "\t\t\($0)" }.joined(separator: "\n")
    return ForeignTable(name: name, listing: "table \(name) {\n\tchain forward {\n\(lines)\n\t}\n}")
  }

  @Test func thePolicyOfAnotherProgram() throws {
    let verdicts = ForeignVerdicts([ForeignTable(name: "ip filter", listing: Self.ufw)])
    #expect(verdicts.findings.map(\.chain) == ["ip filter FORWARD"])
    #expect(verdicts.findings.map(\.reason) == ["policy drop"])
    #expect(verdicts.findings.map(\.owner) == ["ufw"])
  }

  @Test func aLastRuleThatRefuses() {
    let verdicts = ForeignVerdicts([ForeignTable(name: "inet firewalld", listing: Self.firewalld)])
    #expect(verdicts.findings.map(\.chain) == ["inet firewalld filter_FORWARD"])
    #expect(verdicts.findings.map(\.owner) == ["firewalld"])
    #expect(verdicts.findings.first?.warning.contains("reject with icmpx admin-prohibited") == true)
  }

  /// nftables 1.1 marks a table that belongs to a program.
  @Test func aRemarkBehindTheTableIsNoPartOfIt() {
    let listing = Self.firewalld.replacing(
      "firewalld {", with: "firewalld { # progname firewalld\n\tflags owner,persist")
    let table = ForeignTable(name: "inet firewalld", listing: listing)
    #expect(table.chains == ForeignTable(name: "inet firewalld", listing: Self.firewalld).chains)
    let quoted = ForeignTable(
      name: "ip a", listing: "table ip a {\n\tchain b {\n\t\taccept comment \"#1\" # handle 3\n\t}\n}")
    #expect(quoted.chain("b")?.rules == ["accept comment \"#1\""])
  }

  @Test func aZoneThatAcceptsABridge() throws {
    let listing = """
      table inet firewalld {
      \tchain filter_FORWARD {
      \t\ttype filter hook forward priority filter + 10; policy accept;
      \t\tjump filter_FORWARD_ZONES
      \t\treject with icmpx admin-prohibited
      \t}
      \tchain filter_FORWARD_ZONES {
      \t\tiifname "cw-1" goto filter_FWD_causeway
      \t\tgoto filter_FWD_public
      \t}
      \tchain filter_FORWARD_POLICIES_pre {
      \t\toifname { "causeway0", "cw-1" } jump filter_FWD_policy_causeway-forward
      \t}
      \tchain filter_FWD_causeway {
      \t\taccept
      \t}
      \tchain filter_FWD_policy_causeway-forward {
      \t\taccept
      \t}
      \tchain filter_FWD_public {
      \t\tjump filter_FORWARD_POLICIES_pre
      \t\treject with icmpx admin-prohibited
      \t}
      }
      """
    let tables = [ForeignTable(name: "inet firewalld", listing: listing)]
    let finding = try #require(ForeignVerdicts(tables).findings.first)
    #expect(!finding.mayDropPackets(of: "cw-1", in: tables))
    #expect(finding.mayDropPackets(of: "cw-2", in: tables))
  }

  @Test func whatLetsEverythingPassIsNoTrouble() {
    let hook = "type filter hook forward priority filter; policy"
    #expect(ForeignVerdicts([table("inet a", "\(hook) accept;")]).findings.isEmpty)
    #expect(ForeignVerdicts([table("inet a", "\(hook) drop;", "counter packets 0 bytes 0 accept")]).findings.isEmpty)
    // Conditional rules are not evaluated.
    #expect(ForeignVerdicts([table("inet a", "\(hook) accept;", "tcp dport 22 drop")]).findings.isEmpty)
    // Packets of containers do not pass this chain.
    #expect(
      ForeignVerdicts([table("inet a", "type filter hook output priority filter; policy drop;")]).findings.isEmpty)
    #expect(ForeignVerdicts([table("inet a", "drop")]).findings.isEmpty)
  }

  @Test func aBridgeThatIsLetThrough() throws {
    let hook = "type filter hook forward priority filter; policy drop;"
    func concerned(_ rules: String...) throws -> Bool {
      let lines = ([hook] + rules).map { "\t\t\($0)" }.joined(separator: "\n")
      let listing = "table ip filter {\n\tchain F {\n\(lines)\n\t}\n\tchain more {\n\t\toifname \"cw-*\" accept\n\t}\n}"
      let tables = [ForeignTable(name: "ip filter", listing: listing)]
      return try #require(ForeignVerdicts(tables).findings.first).mayDropPackets(of: "cw-1", in: tables)
    }
    #expect(try concerned())
    #expect(try concerned("iifname \"cw-1\" counter packets 1 bytes 2 accept"))
    #expect(try concerned("iifname \"cw-1\" accept", "oifname \"cw-2\" accept"))
    #expect(try concerned("iifname \"cw-1\" tcp dport 80 accept", "oifname \"cw-1\" accept"))
    #expect(try !concerned("iifname \"cw-1\" accept", "oifname \"cw-1\" accept"))
    #expect(try !concerned("iifname \"cw-1\" accept comment \"ours\"", "counter packets 3 bytes 4 jump more"))
  }
}
