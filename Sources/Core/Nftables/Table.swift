/// An nftables table as a value: its frame of sets, maps and chains never changes while it stands; everything that
/// does change is an ``Element`` of one of its sets (nft(8)).
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
  /// Made for the administrator's own rules: put there once when it is missing, and never changed or deleted by us.
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

/// Names a table: the family is part of the name.
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

/// A named set, or a map when it has a value type.
public struct ElementSet: Hashable, Sendable {
  /// What is lost while an element is missing: that decides when it is added and removed.
  public enum Role: String, Hashable, Sendable {
    /// The element closes something: it is there before the links it guards, and goes after them.
    case guards
    /// The element opens something: it goes before the links it serves.
    case permits
  }

  public let name: String
  /// nft's type names, `ifname`, `ipv4_addr`; more than one make a concatenation.
  public let key: [String]
  /// The key is made of expressions, `iifname`, `@th,64,128`, and has their types (nft's `typeof`): for parts of packets
  /// that nft has no name for, which are plain numbers to it.
  public let isOfExpressions: Bool
  /// The value's types for a map; `verdict` for a verdict map; empty for a set.
  public let value: [String]
  public let role: Role
  /// Its elements are prefixes, none of which overlaps another.
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

/// A chain and its rules, in nft's canonical words.
public struct Chain: Hashable, Sendable {
  /// Where a base chain is hooked in.
  public struct Hook: Hashable, Sendable {
    /// `filter`, `nat` or `route`.
    public let type: String
    public let hook: String
    /// A number, or nft's name for one.
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

/// One rule, and why it is there: the reason goes into the kernel with it and is seen in `nft list table`.
public struct Rule: Hashable, Sendable {
  public let text: String
  public let comment: String

  public init(_ text: String, _ comment: String) {
    self.text = text
    self.comment = comment
  }
}
