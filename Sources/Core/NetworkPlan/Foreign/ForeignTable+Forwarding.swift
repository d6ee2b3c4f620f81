public import Addressing

extension HostNetwork {
  /// The bridges of other engines: those that somebody's rules for forwarded packets let pass, by their name or by their
  /// subnet. Docker has a rule for each of its bridges, Podman one for each subnet.
  ///
  /// - Parameters:
  ///   - tables: those of others.
  ///   - own: our bridges, adopted ones among them.
  public func neighbours(in tables: [ForeignTable], except own: Set<InterfaceName>) -> Set<InterfaceName> {
    let passes = tables.map(\.passes).reduce(into: ForeignTable.Passes()) { $0.formUnion($1) }
    return Set(
      links.filter { name, link in
        link.kind == "bridge" && !own.contains(name) && link.alias?.hasPrefix(NetworkPlan.Link.aliasPrefix) != true
          && (passes.links.contains(name.rawValue)
            || link.addresses.contains { passes.subnets.contains($0.network) })
      }.keys)
  }
}

extension ForeignTable {
  /// What the rules for forwarded packets accept something of.
  struct Passes: Hashable, Sendable {
    var links: Set<String> = []
    var subnets: Set<IPPrefix> = []

    mutating func formUnion(_ other: Passes) {
      links.formUnion(other.links)
      subnets.formUnion(other.subnets)
    }
  }

  var passes: Passes {
    var passes = Passes()
    var rest = chains.filter { $0.hook == "forward" && $0.type == "filter" }
    var seen: Set<String> = []
    while let chain = rest.popLast() {
      guard seen.insert(chain.name).inserted else { continue }
      for rule in chain.statements {
        let words = rule.split(separator: " ").map(String.init)
        if words.last == "accept" { passes.add(words) }
        if words.count > 1, ["jump", "goto"].contains(words[words.count - 2]),
          let next = self.chain(words[words.count - 1])
        {
          rest.append(next)
        }
      }
    }
    return passes
  }
}

extension ForeignTable.Passes {
  /// What a rule that accepts names: `iifname "docker0" oifname != "docker0" accept`, `ip saddr 10.88.0.0/16 accept`.
  fileprivate mutating func add(_ words: [String]) {
    for (index, word) in words.enumerated() where index + 1 < words.count {
      let value = words[index + 1]
      switch word {
      case "iifname", "oifname":
        if value.hasPrefix("\"") { links.insert(value.filter { $0 != "\"" }) }
      case "saddr", "daddr":
        if let subnet = IPPrefix(value), subnet.length > 0 { subnets.insert(subnet) }
      default: continue
      }
    }
  }
}
