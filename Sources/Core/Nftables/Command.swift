/// A change to nftables. Several changes can form one transaction, which takes effect completely or not at all.
package enum Command: Hashable, Sendable {
  /// Replaces a table's frame and empties its sets. An administrator's table is only created when it is missing.
  case replaceTable(Table)
  case deleteTable(Table)
  case addElements(SetReference, [Element])
  /// Removes elements. Their values are included so that the change can be undone.
  case deleteElements(SetReference, [Element])

  /// The command for `nft -f`.
  package var text: String {
    switch self {
    case .replaceTable(let table) where table.isForAdministrator:
      // Declaring an existing frame again changes nothing.
      table.text
    case .replaceTable(let table):
      // Adding the table first makes its deletion valid when it is missing, in the same transaction.
      "add table \(table.reference)\ndelete table \(table.reference)\n\(table.text)"
    case .deleteTable(let table):
      "delete table \(table.reference)\n"
    case .addElements(let set, let elements):
      Self.elements("add", set, elements.map(\.description))
    case .deleteElements(let set, let elements):
      Self.elements("delete", set, elements.map(\.key))
    }
  }

  private static func elements(_ verb: String, _ set: SetReference, _ elements: [String]) -> String {
    "\(verb) element \(set) { \(elements.joined(separator: ", ")) }\n"
  }
}

extension Table {
  /// The table's frame in nft syntax.
  package var text: String {
    var lines = ["table \(reference) {"]
    for set in sets {
      let type = set.key.joined(separator: " . ") + (set.isMap ? " : " + set.value.joined(separator: " . ") : "")
      lines += [
        "  \(set.isMap ? "map" : "set") \(set.name) {", "    \(set.isOfExpressions ? "typeof" : "type") \(type)",
      ]
      if set.holdsPrefixes { lines.append("    flags interval") }
      lines += ["    comment \"\(set.comment)\"", "  }"]
    }
    for chain in chains {
      lines.append("  chain \(chain.name) {")
      if let hook = chain.hook {
        lines.append("    type \(hook.type) hook \(hook.hook) priority \(hook.priority); policy accept;")
      }
      lines += chain.rules.map { "    \($0.text) comment \"\($0.comment)\"" }
      lines.append("  }")
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }
}
