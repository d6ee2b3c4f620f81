/// An nftables table (nft(8)). Its frame of sets, maps and chains is constant; all changes are ``Element``s of its
/// sets.
public struct Table: Hashable, Sendable {
  public enum Family: String, Hashable, Sendable {
    case inet
    case bridge
    case ip
    case ip6
    case netdev
  }

  public let family: Family
  public let name: String
  public let sets: [ElementSet]
  public let chains: [Chain]
  /// Whether the table is for the administrator's rules: created when missing, and never changed or deleted by the
  /// engine.
  public let isForAdministrator: Bool

  public init(
    family: Family, name: String, sets: [ElementSet] = [], chains: [Chain], isForAdministrator: Bool = false
  ) {
    self.family = family
    self.name = name
    self.sets = sets
    self.chains = chains
    self.isForAdministrator = isForAdministrator
  }

  public var reference: TableReference { TableReference(family: family, name: name) }

  public func set(named name: String) -> ElementSet? { sets.first { $0.name == name } }
}

/// The name of a table, which includes its family.
public struct TableReference: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let family: Table.Family
  public let name: String

  public init(family: Table.Family, name: String) {
    self.family = family
    self.name = name
  }

  public var description: String { "\(family.rawValue) \(name)" }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.description < rhs.description }
}

/// A named set, or a map if it has a value type.
public struct ElementSet: Hashable, Sendable {
  /// Whether a missing element would open or close something. It decides when the element is added and removed.
  public enum Role: String, Hashable, Sendable {
    /// The element restricts traffic: it is added before the links it guards and removed after them.
    case guards
    /// The element permits traffic: it is removed before the links it serves.
    case permits
  }

  public let name: String
  /// nft's type names, `ifname`, `ipv4_addr`. Several types form a concatenation.
  public let key: [String]
  /// The key consists of expressions, `iifname`, `@th,64,128`, and has their types (nft's `typeof`). Needed for packet
  /// fields that nft has no type name for.
  public let isOfExpressions: Bool
  /// The value types of a map; `verdict` for a verdict map; empty for a set.
  public let value: [String]
  public let role: Role
  /// The elements are prefixes that do not overlap.
  public let holdsPrefixes: Bool
  public let comment: String

  public init(
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

  public var isMap: Bool { !value.isEmpty }
}

/// A chain and its rules, in nft's canonical form.
public struct Chain: Hashable, Sendable {
  /// The hook of a base chain.
  public struct Hook: Hashable, Sendable {
    /// `filter`, `nat` or `route`.
    public let type: String
    public let hook: String
    /// A number, or nft's name for it.
    public let priority: String

    public init(type: String, hook: String, priority: String) {
      self.type = type
      self.hook = hook
      self.priority = priority
    }
  }

  public let name: String
  public let hook: Hook?
  public let rules: [Rule]

  public init(_ name: String, hook: Hook? = nil, rules: [Rule]) {
    self.name = name
    self.hook = hook
    self.rules = rules
  }
}

/// A rule and its comment, which the kernel stores and `nft list table` shows.
public struct Rule: Hashable, Sendable {
  public let text: String
  public let comment: String

  public init(_ text: String, _ comment: String) {
    self.text = text
    self.comment = comment
  }
}
