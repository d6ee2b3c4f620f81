/// An element of a set, or a key and value of a map, in nft's canonical form: `tcp . 8080 : 172.18.0.2 . 80`.
package struct Element: Hashable, Sendable, Comparable {
  package let key: String
  package let value: String?

  package init(_ key: String, value: String? = nil) {
    self.key = key
    self.value = value
  }

  /// A concatenation of parts.
  package init(_ parts: [String], value: [String]? = nil) {
    key = parts.joined(separator: " . ")
    self.value = value.map { $0.joined(separator: " . ") }
  }

  package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.key, lhs.value ?? "") < (rhs.key, rhs.value ?? "") }
}

extension Element: CustomStringConvertible {
  package var description: String {
    guard let value else { return key }
    return "\(key) : \(value)"
  }
}

/// The name of a set or map in a table.
package struct SetReference: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let table: TableReference
  package let set: String

  package init(_ table: TableReference, _ set: String) {
    self.table = table
    self.set = set
  }

  package var description: String { "\(table) \(set)" }

  package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.table, lhs.set) < (rhs.table, rhs.set) }
}
