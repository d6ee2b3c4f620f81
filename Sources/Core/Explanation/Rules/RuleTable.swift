import Addressing
package import NetworkPlan
package import Nftables

/// An nftables table that can be evaluated for a packet: the engine's own, from the values that the engine programs, or
/// a foreign table, from its listing.
package struct RuleTable: Sendable, Hashable {
  struct Base: Sendable, Hashable {
    let hook: String
    let type: String
    let dropsByPolicy: Bool
  }

  struct Chain: Sendable, Hashable {
    let name: String
    let base: Base?
    let rules: [ParsedRule]
  }

  let name: String
  let chains: [Chain]
  /// By set; `nil` if the elements are not known.
  let elements: [String: [String: String]]?

  /// A table of the engine.
  ///
  /// - Parameter firewall: the source of the elements.
  package init(_ table: Table, in firewall: Firewall) {
    name = table.reference.description
    chains = table.chains.map { chain in
      Chain(
        name: chain.name, base: chain.hook.map { Base(hook: $0.hook, type: $0.type, dropsByPolicy: false) },
        rules: chain.rules.map { ParsedRule($0.text, comment: $0.comment) })
    }
    var elements: [String: [String: String]] = [:]
    for set in table.sets {
      let contents = firewall.elements[SetReference(table.reference, set.name)] ?? []
      elements[set.name] = Dictionary(contents.map { ($0.key, $0.value ?? "") }) { first, _ in first }
    }
    self.elements = elements
  }

  /// A foreign table.
  package init(_ table: ForeignTable) {
    name = table.name
    chains = table.chains.map { chain in
      let base = chain.hook.map { Base(hook: $0, type: chain.type ?? "", dropsByPolicy: chain.dropsByPolicy) }
      return Chain(name: chain.name, base: base, rules: chain.rules.map { ParsedRule($0) })
    }
    elements = nil
  }

  func chain(_ name: String) -> Chain? { chains.first { $0.name == name } }

  func set(_ name: String) -> [String: String]? { elements?[name] }

  /// Whether packets of this family pass the table.
  func applies(to packet: Packet) -> Bool {
    if name.hasPrefix("ip ") { return packet.family == .ipv4 }
    return name.hasPrefix("ip6 ") ? packet.family == .ipv6 : true
  }
}
