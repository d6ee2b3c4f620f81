/// What foreign tables do to containers' packets. If any table drops a packet, the kernel drops it: the engine's tables
/// cannot accept it again, in whichever order the tables stand.
package struct ForeignVerdicts: Sendable, Hashable {
  /// A chain that containers' packets pass and that drops packets which no rule accepts.
  package struct Finding: Sendable, Hashable {
    /// `ip filter FORWARD`.
    package let chain: String
    /// The program that created it, guessed from its name: `ufw`, `firewalld`, `iptables`, `Docker`.
    package let owner: String?
    /// `policy drop`, or the rule that drops.
    package let reason: String
    /// `forward` or `input`.
    package let hook: String
  }

  package let findings: [Finding]

  /// - Parameter tables: the foreign tables of the families `ip`, `ip6` and `inet`.
  package init(_ tables: [ForeignTable]) {
    var findings: [Finding] = []
    for table in tables {
      for chain in table.chains where chain.type == "filter" && (chain.hook == "forward" || chain.hook == "input") {
        guard let reason = Self.dropReason(chain) else { continue }
        findings.append(
          Finding(
            chain: "\(table.name) \(chain.name)", owner: Self.owner(of: table), reason: reason,
            hook: chain.hook ?? ""))
      }
    }
    self.findings = findings
  }

  /// Why the chain drops packets that no rule accepts; `nil` if it does not. Only unconditional rules count.
  private static func dropReason(_ chain: ForeignTable.Chain) -> String? {
    for rule in chain.rules {
      switch Verdict(rule) {
      case .accept: return nil
      case .drop: return "the rule \"\(rule.withoutCountersAndComment)\""
      case nil: continue
      }
    }
    return chain.dropsByPolicy ? "policy drop" : nil
  }

  /// The effect of an unconditional rule.
  private enum Verdict {
    case accept
    case drop

    init?(_ rule: String) {
      let tokens = rule.withoutCountersAndComment.split(separator: " ")
      switch tokens.first {
      case "accept" where tokens.count == 1, "return" where tokens.count == 1: self = .accept
      case "drop" where tokens.count == 1, "reject": self = .drop
      default: return nil
      }
    }
  }

  private static func owner(of table: ForeignTable) -> String? {
    let chains = table.chains.map(\.name)
    if table.name.hasSuffix(" firewalld") { return "firewalld" }
    if chains.contains(where: { $0.hasPrefix("ufw") }) { return "ufw" }
    if chains.contains("DOCKER-USER") || chains.contains("DOCKER") { return "Docker" }
    return table.name.hasSuffix(" filter") ? "iptables" : nil
  }
}

extension String {
  /// The rule without counters and comment.
  var withoutCountersAndComment: String {
    var tokens = split(separator: " ")[...]
    var result: [Substring] = []
    while let token = tokens.popFirst() {
      if token == "counter" {
        // `counter packets 0 bytes 0`
        if tokens.first == "packets" { tokens = tokens.dropFirst(4) }
      } else if token == "comment" {
        break
      } else {
        result.append(token)
      }
    }
    return result.joined(separator: " ")
  }
}

extension ForeignVerdicts.Finding {
  /// Whether the chain may drop packets of a bridge: its rules do not accept all packets from the bridge and to it.
  package func mayDropPackets(of bridge: String, in tables: [ForeignTable]) -> Bool {
    guard let table = tables.first(where: { chain.hasPrefix($0.name + " ") }),
      let start = table.chain(String(chain.dropFirst(table.name.utf8.count + 1)))
    else { return true }
    let matches = hook == "forward" ? ["iifname", "oifname"] : ["iifname"]
    return !matches.allSatisfy { table.accepts($0, bridge, from: start) }
  }

  /// How the administrator can make the owner's rules accept a bridge.
  private var remedy: String {
    switch owner {
    case "Docker":
      "; without --docker-user-chain=false the engine lets its bridges pass in Docker's chain \(DockerUserChain.name)"
    case "ufw": "; `ufw route allow in on BRIDGE` and `ufw route allow out on BRIDGE` let a bridge pass"
    case "firewalld":
      "; without --firewalld-zone=false the engine puts its bridges into firewalld's zone \(FirewalldZone.name)"
    default: ""
    }
  }

  /// The warning for users.
  package var warning: String {
    let ownerText = owner.map { " (\($0))" } ?? ""
    return switch hook {
    case "forward":
      "the chain \(chain)\(ownerText) drops forwarded packets that its own rules do not accept (\(reason)): "
        + "traffic of containers with other networks, the outside and published ports may be lost there\(remedy)"
    default:
      "the chain \(chain)\(ownerText) drops packets to this host that its own rules do not accept (\(reason)): "
        + "containers may not reach services of this host"
    }
  }
}

extension ForeignTable {
  /// Whether a rule accepts all packets of a link: a rule of the chain, or of a chain that it jumps to, whose only condition
  /// is the link.
  ///
  /// - Parameter match: `iifname` or `oifname`.
  fileprivate func accepts(_ match: String, _ link: String, from start: Chain) -> Bool {
    struct Visit: Hashable {
      let chain: String
      /// Whether only packets of the link get here.
      let isMatched: Bool
    }
    var pending = [Visit(chain: start.name, isMatched: false)]
    var seen: Set<Visit> = []
    while let visit = pending.popLast() {
      guard seen.insert(visit).inserted, let chain = self.chain(visit.chain) else { continue }
      for rule in chain.statements {
        var tokens = rule.split(separator: " ").map(String.init)[...]
        var isMatched = visit.isMatched
        if tokens.first == match {
          let operand = Self.operand(tokens.dropFirst())
          if operand.values.contains(where: { Self.matches($0, link) }) {
            isMatched = true
            tokens = operand.rest
          }
        }
        if isMatched, tokens == ["accept"] { return true }
        if tokens == ["drop"] || tokens.first == "reject" { break }
        if tokens.count == 2, ["jump", "goto"].contains(tokens.first), let next = tokens.last {
          pending.append(Visit(chain: next, isMatched: isMatched))
        }
      }
    }
    return false
  }

  /// - Parameter pattern: an interface name in quotes, or a prefix with an asterisk.
  private static func matches(_ pattern: String, _ link: String) -> Bool {
    let name = pattern.drop { $0 == "\"" }.prefix { $0 != "\"" }
    return name.hasSuffix("*") ? link.hasPrefix(name.dropLast()) : name == link
  }
}
