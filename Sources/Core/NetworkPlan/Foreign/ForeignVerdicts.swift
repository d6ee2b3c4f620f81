/// What foreign tables do to containers' packets: a packet that any table drops is dropped, regardless of the engine's
/// tables and of the order.
package struct ForeignVerdicts: Sendable, Hashable {
  /// A chain that containers' packets pass and that drops packets which no rule accepts.
  package struct Finding: Sendable, Hashable {
    /// `ip filter FORWARD`.
    package let chain: String
    /// The program that created it, guessed from its name: `ufw`, `firewalld`, `iptables`, `Docker`.
    package let owner: String?
    /// `policy drop`, or the rule that drops.
    package let reason: String
    package let hook: String
  }

  package let findings: [Finding]

  /// - Parameter tables: the foreign tables of the families `ip`, `ip6` and `inet`.
  package init(_ tables: [ForeignTable]) {
    var findings: [Finding] = []
    for table in tables {
      for chain in table.chains where chain.type == "filter" && (chain.hook == "forward" || chain.hook == "input") {
        guard let reason = Self.closing(chain) else { continue }
        findings.append(
          Finding(
            chain: "\(table.name) \(chain.name)", owner: Self.owner(of: table), reason: reason,
            hook: chain.hook ?? ""))
      }
    }
    self.findings = findings
  }

  /// Why the chain drops packets that no rule accepts; `nil` if it does not. Conditional rules are not evaluated.
  private static func closing(_ chain: ForeignTable.Chain) -> String? {
    for rule in chain.rules {
      switch Verdict(rule) {
      case .accept: return nil
      case .drop: return "the rule \"\(rule.plain)\""
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
      let words = rule.plain.split(separator: " ")
      switch words.first {
      case "accept" where words.count == 1, "return" where words.count == 1: self = .accept
      case "drop" where words.count == 1, "reject": self = .drop
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
  var plain: String {
    var words = split(separator: " ")[...]
    var kept: [Substring] = []
    while let word = words.popFirst() {
      if word == "counter" {
        // `counter packets 0 bytes 0`
        if words.first == "packets" { words = words.dropFirst(4) }
      } else if word == "comment" {
        break
      } else {
        kept.append(word)
      }
    }
    return kept.joined(separator: " ")
  }
}

extension ForeignVerdicts.Finding {
  /// Whether the chain may drop packets of a bridge: its rules do not accept all packets from the bridge and to it.
  package func concerns(_ bridge: String, in tables: [ForeignTable]) -> Bool {
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
  package var sentence: String {
    let whose = owner.map { " (\($0))" } ?? ""
    return switch hook {
    case "forward":
      "the chain \(chain)\(whose) drops forwarded packets that its own rules do not accept (\(reason)): "
        + "traffic of containers with other networks, the outside and published ports may be lost there\(remedy)"
    default:
      "the chain \(chain)\(whose) drops packets to this host that its own rules do not accept (\(reason)): "
        + "containers may not reach services of this host"
    }
  }
}

extension ForeignTable {
  /// Whether a rule without further condition, in the chain or where it jumps to, accepts all packets of a link.
  fileprivate func accepts(_ match: String, _ link: String, from start: Chain) -> Bool {
    struct Visit: Hashable {
      let chain: String
      /// Whether only packets of the link get here.
      let isMatched: Bool
    }
    var rest = [Visit(chain: start.name, isMatched: false)]
    var seen: Set<Visit> = []
    while let visit = rest.popLast() {
      guard seen.insert(visit).inserted, let chain = self.chain(visit.chain) else { continue }
      for rule in chain.statements {
        var words = rule.split(separator: " ").map(String.init)[...]
        var isMatched = visit.isMatched
        if words.first == match {
          let operand = Self.operand(words.dropFirst())
          if operand.values.contains(where: { Self.matches($0, link) }) {
            isMatched = true
            words = operand.rest
          }
        }
        if isMatched, words == ["accept"] { return true }
        if words == ["drop"] || words.first == "reject" { break }
        if words.count == 2, ["jump", "goto"].contains(words.first), let next = words.last {
          rest.append(Visit(chain: next, isMatched: isMatched))
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
