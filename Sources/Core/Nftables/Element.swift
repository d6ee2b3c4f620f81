/// An element of a set, or a key and value of a map, in nft's canonical form: `tcp . 8080 : 172.18.0.2 . 80`.
public struct Element: Hashable, Sendable, Comparable {
  public let key: String
  public let value: String?

  public init(_ key: String, value: String? = nil) {
    self.key = key
    self.value = value
  }

  /// A concatenation of parts.
  public init(_ parts: [String], value: [String]? = nil) {
    key = parts.joined(separator: " . ")
    self.value = value.map { $0.joined(separator: " . ") }
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.key, lhs.value ?? "") < (rhs.key, rhs.value ?? "") }
}

extension Element: CustomStringConvertible {
  public var description: String {
    guard let value else { return key }
    return "\(key) : \(value)"
  }
}

/// The name of a set or map in a table.
public struct SetReference: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let table: TableReference
  public let set: String

  public init(_ table: TableReference, _ set: String) {
    self.table = table
    self.set = set
  }

  public var description: String { "\(table) \(set)" }

  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.table, lhs.set) < (rhs.table, rhs.set) }
}
