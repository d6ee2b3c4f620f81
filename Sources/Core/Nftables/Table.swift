/// An nftables table (nft(8)). Its frame of sets, maps and chains is constant; all changes are ``Element``s of its
/// sets.
package struct Table: Hashable, Sendable {
  package enum Family: String, Hashable, Sendable {
    case inet
    case bridge
    case ip
    case ip6
    case netdev
  }

  package let family: Family
  package let name: String
  package let sets: [ElementSet]
  package let chains: [Chain]
  /// Whether the table is for the administrator's rules: created when missing, and never changed or deleted by the
  /// engine.
  package let isForAdministrator: Bool

  package init(
    family: Family, name: String, sets: [ElementSet] = [], chains: [Chain], isForAdministrator: Bool = false
  ) {
    self.family = family
    self.name = name
    self.sets = sets
    self.chains = chains
    self.isForAdministrator = isForAdministrator
  }

  package var reference: TableReference { TableReference(family: family, name: name) }

  package func set(named name: String) -> ElementSet? { sets.first { $0.name == name } }
}

/// The name of a table, which includes its family.
package struct TableReference: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let family: Table.Family
  package let name: String

  package init(family: Table.Family, name: String) {
    self.family = family
    self.name = name
  }

  package var description: String { "\(family.rawValue) \(name)" }

  package static func < (lhs: Self, rhs: Self) -> Bool { lhs.description < rhs.description }
}

/// A named set, or a map if it has a value type.
package struct ElementSet: Hashable, Sendable {
  /// Whether a missing element would open or close something. It decides when the element is added and removed.
  package enum Role: String, Hashable, Sendable {
    /// The element restricts traffic: it is added before the links it guards and removed after them.
    case guards
    /// The element permits traffic: it is removed before the links it serves.
    case permits
  }

  package let name: String
  /// nft's type names, `ifname`, `ipv4_addr`. Several types form a concatenation.
  package let key: [String]
  /// The key consists of expressions, `iifname`, `@th,64,128`, and has their types (nft's `typeof`). Needed for packet
  /// fields that nft has no type name for.
  package let isOfExpressions: Bool
  /// The value types of a map; `verdict` for a verdict map; empty for a set.
  package let value: [String]
  package let role: Role
  /// The elements are prefixes that do not overlap.
  package let holdsPrefixes: Bool
  package let comment: String

  package init(
    _ name: String, key: [String], isOfExpressions: Bool = false, value: [String] = [], role: Role,
    holdsPrefixes: Bool = false, comment: String
  ) {
    self.name = name
    self.key = key
    self.isOfExpressions = isOfExpressions
    self.value = value
    self.role = role
    self.holdsPrefixes = holdsPrefixes
    self.comment = comment
  }

  package var isMap: Bool { !value.isEmpty }
}

/// A chain and its rules, in nft's canonical form.
package struct Chain: Hashable, Sendable {
  /// The hook of a base chain.
  package struct Hook: Hashable, Sendable {
    /// `filter`, `nat` or `route`.
    package let type: String
    package let hook: String
    /// A number, or nft's name for it.
    package let priority: String

    package init(type: String, hook: String, priority: String) {
      self.type = type
      self.hook = hook
      self.priority = priority
    }
  }

  package let name: String
  package let hook: Hook?
  package let rules: [Rule]

  package init(_ name: String, hook: Hook? = nil, rules: [Rule]) {
    self.name = name
    self.hook = hook
    self.rules = rules
  }
}

/// A rule and its comment, which the kernel stores and `nft list table` shows.
package struct Rule: Hashable, Sendable {
  package let text: String
  package let comment: String

  package init(_ text: String, _ comment: String) {
    self.text = text
    self.comment = comment
  }
}
