/// What other programs' rules do to the traffic of containers: a packet that any table drops is dropped, whatever ours
/// say, and whichever comes first.
public struct ForeignVerdicts: Sendable, Hashable {
  /// One chain through which packets of containers pass and that drops what it does not let through.
  public struct Finding: Sendable, Hashable {
    /// `ip filter FORWARD`.
    public let chain: String
    /// Whose it is, as far as the name tells: `ufw`, `firewalld`, `iptables`, `Docker`.
    public let owner: String?
    /// Why: `policy drop`, or the rule.
    public let reason: String
    public let hook: String
  }

  public let findings: [Finding]

  /// - Parameter tables: those of the families `ip`, `ip6` and `inet` that are not ours.
  public init(_ tables: [ForeignTable]) {
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

  /// What drops the packets that no rule of the chain let through; `nil` when they pass. A rule with a condition drops
  /// some packets only, and which these are is not judged here.
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

  /// What an unconditional rule does.
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
  /// A rule without its counters and comment.
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
  /// Whether the chain decides on one bridge's packets without letting them all through: unless its own rules accept what
  /// comes from the bridge and what goes to it.
  public func concerns(_ bridge: String, in tables: [ForeignTable]) -> Bool {
    guard let table = tables.first(where: { chain.hasPrefix($0.name + " ") }),
      let start = table.chain(String(chain.dropFirst(table.name.utf8.count + 1)))
    else { return true }
    let ways = hook == "forward" ? ["iifname", "oifname"] : ["iifname"]
    return !ways.allSatisfy { table.accepts(way: $0, bridge, from: start) }
  }

  /// What lets it pass, where the owner has a place for that.
  private var remedy: String {
    switch owner {
    case "Docker":
      "; without --docker-user-chain=false the engine lets its bridges pass in Docker's chain \(DockerUserChain.name)"
    case "ufw": "; `ufw route allow in on BRIDGE` and `ufw route allow out on BRIDGE` let a bridge pass"
    case "firewalld": "; `firewall-cmd --permanent --zone=trusted --add-interface=BRIDGE` lets a bridge pass"
    default: ""
    }
  }

  /// For people: what happens and to whom.
  public var sentence: String {
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
  /// Whether a rule, in the chain or where it jumps to, accepts all that comes or goes by a link.
  fileprivate func accepts(way: String, _ link: String, from start: Chain) -> Bool {
    var rest = [start]
    var seen: Set<String> = []
    while let chain = rest.popLast() {
      guard seen.insert(chain.name).inserted else { continue }
      for rule in chain.rules {
        let words = rule.plain.split(separator: " ").map(String.init)
        if words.count == 3, words[0] == way, words[2] == "accept", Self.matches(words[1], link) { return true }
        if words.count == 2, words[0] == "jump" || words[0] == "goto", let next = self.chain(words[1]) {
          rest.append(next)
        }
      }
    }
    return false
  }

  /// An interface's name in quotes, or the beginning of some and an asterisk.
  private static func matches(_ pattern: String, _ link: String) -> Bool {
    let name = pattern.drop { $0 == "\"" }.prefix { $0 != "\"" }
    return name.hasSuffix("*") ? link.hasPrefix(name.dropLast()) : name == link
  }
}
