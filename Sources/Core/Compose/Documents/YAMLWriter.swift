import EngineAPI

/// Writes a document as YAML in block style. Text that a reader could take for another type is quoted.
package enum YAMLWriter {
  package static func text(_ node: Node) -> String {
    var output = ""
    write(node, indent: 0, inList: false, to: &output)
    return output
  }

  private static func write(_ node: Node, indent: Int, inList: Bool, to output: inout String) {
    let space = String(repeating: "  ", count: indent)
    switch node.content {
    case .scalar(let scalar): output += "\(space)\(text(scalar))\n"
    case .sequence(let items):
      for item in items {
        output += "\(space)- "
        writeInline(item, indent: indent + 1, to: &output)
      }
    case .mapping(let entries):
      for (index, entry) in entries.enumerated() {
        output += inList && index == 0 ? "" : space
        output += "\(text(Scalar(entry.key))):"
        switch entry.value.content {
        case .scalar(let scalar): output += " \(text(scalar))\n"
        case .sequence(let items):
          output += items.isEmpty ? " []\n" : "\n"
          write(entry.value, indent: indent + 1, inList: false, to: &output)
        case .mapping(let members):
          output += members.isEmpty ? " {}\n" : "\n"
          write(entry.value, indent: indent + 1, inList: false, to: &output)
        }
      }
    }
  }

  /// Writes a node after the dash of a list item.
  private static func writeInline(_ node: Node, indent: Int, to output: inout String) {
    switch node.content {
    case .scalar(let scalar): output += "\(text(scalar))\n"
    case .sequence(let items) where items.isEmpty: output += "[]\n"
    case .sequence:
      output += "\n"
      write(node, indent: indent, inList: false, to: &output)
    case .mapping(let entries) where entries.isEmpty: output += "{}\n"
    case .mapping: write(node, indent: indent, inList: true, to: &output)
    }
  }

  /// A text as a key or a value on one line.
  package static func scalar(_ text: String) -> String { self.text(Scalar(text)) }

  static func text(_ scalar: Scalar) -> String {
    switch scalar.kind {
    case .null: "null"
    case .bool, .integer, .float: scalar.text
    case .string: isBare(scalar.text) ? scalar.text : scalar.text.quoted
    }
  }

  /// Whether a text needs no quotes in YAML 1.1 and 1.2. Older readers read `on` as true.
  private static func isBare(_ text: String) -> Bool {
    guard Scalar(plain: text).kind == .string, Scalar.boolean(text) == nil, let first = text.utf8.first else {
      return false
    }
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), text.utf8.last != 0x20,
      text.utf8.last != UInt8(ascii: ":")
    else { return false }
    let isLetterOrPath =
      Character(UnicodeScalar(first)).isLetter || first == UInt8(ascii: "/") || first == UInt8(ascii: ".")
      || (first >= 0x30 && first <= 0x39) || first == UInt8(ascii: "$") || first == UInt8(ascii: "_")
    guard isLetterOrPath, !text.contains(": "), !text.contains(" #") else { return false }
    // In YAML 1.1, digits with colons are sexagesimal numbers, and dates are dates.
    return !text.utf8.allSatisfy { (0x30...0x39).contains($0) || ":-._eE+".utf8.contains($0) }
  }
}
