import EngineModel

/// Holds a document against its shape: gives every value the type it has there, and finds what should not be there.
struct SchemaCheck {
  /// Valid parts that have no effect here, as sentences.
  private(set) var warnings: [String] = []

  init() {}

  /// - Parameter path: the attribute's path, for messages: `services.web.ports`.
  mutating func check(_ node: Node, _ shape: Shape, path: String) throws(ComposeError) -> Node {
    guard node.directive != .reset else { return node }
    var result = node
    switch shape {
    case .unsupported(let reason): throw ComposeError(node.place, "\(path) is not supported: \(reason)")
    case .ineffective(let inner, let reason):
      warnings.append("\(node.place): \(path) has no effect: \(reason)")
      return try check(node, inner, path: path)
    case .either(let shapes, _):
      guard let fitting = shapes.first(where: { $0.suits(node) }) else { throw mismatch(node, shape, path) }
      return try check(node, fitting, path: path)
    case .list(let element), .set(let element):
      guard case .sequence(let items) = node.content else { throw mismatch(node, shape, path) }
      var checked: [Node] = []
      for (index, item) in items.enumerated() { checked.append(try check(item, element, path: "\(path)[\(index)]")) }
      if case .set = shape { try checkUnique(checked, path) }
      result.content = .sequence(checked)
    case .object(let object): result.entries = try check(node, object, path)
    case .map(let value), .named(let value):
      guard node.isMapping else { throw mismatch(node, shape, path) }
      var entries: [Node.Entry] = []
      for entry in node.entries {
        if case .named = shape {
          if entry.key.hasPrefix("x-"), !value.suits(entry.value) { continue }
          try checkName(entry, path)
        }
        let checked = try check(entry.value, value, path: "\(path).\(entry.key)")
        entries.append(Node.Entry(entry.key, at: entry.keyPlace, checked))
      }
      result.entries = entries
    default:
      guard let scalar = node.scalar, let typed = shape.typed(scalar) else { throw mismatch(node, shape, path) }
      result.content = .scalar(typed)
    }
    return result
  }

  private mutating func check(_ node: Node, _ object: ObjectShape, _ path: String) throws(ComposeError)
    -> [Node.Entry]
  {
    guard node.isMapping else { throw mismatch(node, .object(object), path) }
    var entries: [Node.Entry] = []
    for entry in node.entries {
      let inner = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      guard let shape = object.attributes[entry.key] else {
        if entry.key.hasPrefix("x-") {
          entries.append(entry)
          continue
        }
        throw unknown(entry, object, path)
      }
      entries.append(Node.Entry(entry.key, at: entry.keyPlace, try check(entry.value, shape, path: inner)))
    }
    for name in object.required where !entries.contains(where: { $0.key == name }) {
      throw ComposeError(node.place, "\(path): the attribute \"\(name)\" is missing")
    }
    return entries
  }

  private func mismatch(_ node: Node, _ shape: Shape, _ path: String) -> ComposeError {
    let place = path.isEmpty ? "" : "\(path): "
    var hint = ""
    if let scalar = node.scalar, [.integer, .float, .bool].contains(scalar.kind),
      shape.suits(Node(.scalar(Scalar(scalar.text)), at: node.place))
    {
      hint = "; put it in quotes"
    }
    return ComposeError(node.place, "\(place)found \(node.shown), expected \(shape.expected)\(hint)")
  }

  private func unknown(_ entry: Node.Entry, _ object: ObjectShape, _ path: String) -> ComposeError {
    let place = path.isEmpty ? "" : "\(path): "
    let names = object.attributes.keys.sorted()
    let near = Spelling.nearest(to: entry.key, among: names)
    let expected =
      near.map { "did you mean \"\($0)\"?" }
      ?? (names.count <= 12 ? "expected \(names.joined(separator: ", "))" : "expected an attribute that Compose has")
    return ComposeError(entry.keyPlace, "\(place)found the unknown attribute \"\(entry.key)\"; \(expected)")
  }

  private func checkName(_ entry: Node.Entry, _ path: String) throws(ComposeError) {
    let isName =
      !entry.key.isEmpty
      && entry.key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    guard isName else {
      throw ComposeError(
        entry.keyPlace,
        "\(path): found the name \"\(entry.key)\", expected letters, digits, dots, dashes and underscores")
    }
  }

  private func checkUnique(_ items: [Node], _ path: String) throws(ComposeError) {
    var seen: [Node.Content: Place] = [:]
    for item in items {
      if let first = seen.updateValue(item.place, forKey: item.content), item.scalar != nil {
        throw ComposeError(item.place, "\(path): found \(item.shown) twice; it was given at line \(first.line)")
      }
    }
  }
}

extension Shape {
  /// Whether a value of this kind can stand here at all.
  func suits(_ node: Node) -> Bool {
    if node.directive == .reset { return true }
    switch self {
    case .null: return node.isNull
    case .list, .set: return node.isSequence
    case .object, .map, .named: return node.isMapping
    case .either(let shapes, _): return shapes.contains { $0.suits(node) }
    case .unsupported: return true
    case .ineffective(let inner, _): return inner.suits(node)
    default: return node.scalar.map { typed($0) != nil } ?? false
    }
  }

  /// A scalar with the type it has in this place; `nil` when it cannot be one.
  func typed(_ scalar: Scalar) -> Scalar? {
    guard scalar.kind != .null else {
      guard case .null = self else { return nil }
      return scalar
    }
    switch self {
    case .string: return scalar.kind == .string ? scalar : nil
    case .oneOf(let words): return words.contains(scalar.text) ? Scalar(scalar.text) : nil
    case .text(_, let takes): return scalar.kind != .bool && takes(scalar.text) ? Scalar(scalar.text) : nil
    case .bool: return Scalar.boolean(scalar.text).map { Scalar($0 ? "true" : "false", .bool) }
    case .integer(let range):
      return Scalar.integer(scalar.text).flatMap { range.contains($0) ? Scalar(String($0), .integer) : nil }
    case .number:
      guard scalar.kind != .bool, let value = Double(scalar.text), value.isFinite else { return nil }
      return Scalar(scalar.text, Scalar.integer(scalar.text) == nil ? .float : .integer)
    case .bytes:
      guard scalar.kind != .bool else { return nil }
      if scalar.text == "-1" { return Scalar("-1", .integer) }
      return ByteSize(scalar.text).map { Scalar(String($0.bytes), .integer) }
    case .fileMode:
      let value = scalar.kind == .string ? Int64(scalar.text.drop { $0 == "o" }, radix: 8) : Scalar.integer(scalar.text)
      return value.flatMap { (0...0o7777).contains($0) ? Scalar("0" + String($0, radix: 8)) : nil }
    case .scalarText: return Scalar(scalar.text)
    default: return nil
    }
  }
}
