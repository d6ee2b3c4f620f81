/// One change to nftables. Any number of them, joined, make one transaction: all take effect at once, or none does.
public enum Command: Hashable, Sendable {
  /// Puts the table's frame in place of whatever stood under its name: sets are empty afterwards. A table that is the
  /// administrator's is only made if it is missing.
  case replaceTable(Table)
  case deleteTable(Table)
  case addElements(SetReference, [Element])
  /// The elements with their values, so that the change can be undone.
  case deleteElements(SetReference, [Element])

  /// The words of `nft -f` for this change.
  public var text: String {
    switch self {
    case .replaceTable(let table) where table.isForAdministrator:
      // Declaring the frame again changes nothing that is there.
      table.text
    case .replaceTable(let table):
      // Adding first makes the delete valid when the table is not there; both belong to one transaction.
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
  /// The table's frame in nft's own words.
  public var text: String {
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
