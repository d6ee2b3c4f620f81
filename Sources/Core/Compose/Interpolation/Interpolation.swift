/// Expands the variables in a document's values. Keys are not expanded.
struct Interpolation {
  let lookup: (String) -> String?
  /// Variables that are not set and have no default, in the order of their first use.
  private(set) var missing: [String] = []

  init(lookup: @escaping (String) -> String?) { self.lookup = lookup }

  mutating func fill(_ node: Node) throws(ComposeError) -> Node {
    var result = node
    switch node.content {
    case .scalar(let scalar):
      guard scalar.text.utf8.contains(UInt8(ascii: "$")) else { return node }
      result.content = .scalar(try fill(scalar, at: node.location))
    case .sequence(let items):
      var filled: [Node] = []
      for item in items { filled.append(try fill(item)) }
      result.content = .sequence(filled)
    case .mapping(let entries):
      var filled: [Node.Entry] = []
      for entry in entries { filled.append(Node.Entry(entry.key, at: entry.keyLocation, try fill(entry.value))) }
      result.content = .mapping(filled)
    }
    return result
  }

  private mutating func fill(_ scalar: Scalar, at location: SourceLocation) throws(ComposeError) -> Scalar {
    do throws(VariableTemplate.Failure) {
      let (text, missing) = try VariableTemplate.fill(scalar.text, lookup: lookup)
      for name in missing where !self.missing.contains(name) { self.missing.append(name) }
      // The result is text. The schema converts it to a number or a Boolean where needed.
      return Scalar(text)
    } catch {
      switch error {
      case .malformed(let reason):
        throw ComposeError(location, "found \"\(scalar.text)\", which cannot be expanded: \(reason)")
      case .required(let name, let message):
        let reason = message.isEmpty ? "" : ": \(message)"
        throw ComposeError(location, "the required variable \(name) is missing a value\(reason)")
      }
    }
  }
}
