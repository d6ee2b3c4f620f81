package import Addressing

extension HostNetwork {
  /// The bridges of other engines: those whose name or subnet a foreign table accepts for forwarding. Docker has a rule for
  /// each bridge, Podman one for each subnet.
  ///
  /// - Parameters:
  ///   - tables: the foreign tables.
  ///   - own: this engine's bridges, also adopted ones.
  package func neighbours(in tables: [ForeignTable], except own: Set<InterfaceName>) -> Set<InterfaceName> {
    let accepted = tables.map(\.acceptedForwarding).reduce(into: ForeignTable.AcceptedForwarding()) { $0.formUnion($1) }
    return Set(
      links.filter { name, link in
        link.kind == "bridge" && !own.contains(name) && link.alias?.hasPrefix(NetworkPlan.Link.aliasPrefix) != true
          && (accepted.links.contains(name.rawValue)
            || link.addresses.contains { accepted.subnets.contains($0.network) })
      }.keys)
  }
}

extension ForeignTable {
  /// The links and subnets that rules for forwarded packets accept.
  struct AcceptedForwarding: Hashable, Sendable {
    var links: Set<String> = []
    var subnets: Set<IPPrefix> = []

    mutating func formUnion(_ other: AcceptedForwarding) {
      links.formUnion(other.links)
      subnets.formUnion(other.subnets)
    }
  }

  var acceptedForwarding: AcceptedForwarding {
    var accepted = AcceptedForwarding()
    var rest = chains.filter { $0.hook == "forward" && $0.type == "filter" }
    var seen: Set<String> = []
    while let chain = rest.popLast() {
      guard seen.insert(chain.name).inserted else { continue }
      for rule in chain.statements {
        let tokens = rule.split(separator: " ").map(String.init)
        if tokens.last == "accept" { accepted.add(tokens) }
        if tokens.count > 1, ["jump", "goto"].contains(tokens[tokens.count - 2]),
          let next = self.chain(tokens[tokens.count - 1])
        {
          rest.append(next)
        }
      }
    }
    return accepted
  }
}

extension ForeignTable.AcceptedForwarding {
  /// Adds the links and subnets of one rule, for example `iifname "docker0" oifname != "docker0" accept`,
  /// `ip saddr 10.88.0.0/16 accept`, `iifname { "br-1", "br-2" } accept`.
  fileprivate mutating func add(_ tokens: [String]) {
    for (index, token) in tokens.enumerated() where index + 1 < tokens.count {
      let values = ForeignTable.operand(tokens[(index + 1)...]).values
      switch token {
      case "iifname", "oifname":
        for value in values where value.hasPrefix("\"") { links.insert(value.filter { $0 != "\"" }) }
      case "saddr", "daddr":
        for value in values { if let subnet = IPPrefix(value), subnet.length > 0 { subnets.insert(subnet) } }
      default: continue
      }
    }
  }
}
