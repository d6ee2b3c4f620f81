import EngineModel

/// Validates a document against a schema, and gives every value its type.
struct SchemaValidator {
  /// Warnings about valid attributes that have no effect.
  private(set) var warnings: [String] = []

  init() {}

  /// - Parameter path: the attribute's path, for messages: `services.web.ports`.
  mutating func validate(_ node: Node, _ schema: Schema, path: String) throws(ComposeError) -> Node {
    guard node.directive != .reset else { return node }
    var result = node
    switch schema {
    case .unsupported(let reason): throw ComposeError(node.location, "\(path) is not supported: \(reason)")
    case .ineffective(let inner, let reason):
      warnings.append("\(node.location): \(path) has no effect: \(reason)")
      return try validate(node, inner, path: path)
    case .either(let schemas, _):
      guard let fitting = schemas.first(where: { $0.accepts(node) }) else { throw mismatch(node, schema, path) }
      return try validate(node, fitting, path: path)
    case .list(let element), .set(let element):
      guard case .sequence(let items) = node.content else { throw mismatch(node, schema, path) }
      var checked: [Node] = []
      for (index, item) in items.enumerated() { checked.append(try validate(item, element, path: "\(path)[\(index)]")) }
      if case .set = schema { try checkUnique(checked, path) }
      result.content = .sequence(checked)
    case .object(let object): result.entries = try validate(node, object, path)
    case .map(let value), .named(let value):
      guard node.isMapping else { throw mismatch(node, schema, path) }
      var entries: [Node.Entry] = []
      for entry in node.entries {
        if case .named = schema {
          if entry.key.hasPrefix("x-"), !value.accepts(entry.value) { continue }
          try checkName(entry, path)
        }
        let checked = try validate(entry.value, value, path: "\(path).\(entry.key)")
        entries.append(Node.Entry(entry.key, at: entry.keyLocation, checked))
      }
      result.entries = entries
    default:
      guard let scalar = node.scalar, let typed = schema.typed(scalar) else { throw mismatch(node, schema, path) }
      result.content = .scalar(typed)
    }
    return result
  }

  private mutating func validate(_ node: Node, _ object: ObjectSchema, _ path: String) throws(ComposeError)
    -> [Node.Entry]
  {
    guard node.isMapping else { throw mismatch(node, .object(object), path) }
    var entries: [Node.Entry] = []
    for entry in node.entries {
      let inner = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      guard let schema = object.attributes[entry.key] else {
        if entry.key.hasPrefix("x-") {
          entries.append(entry)
          continue
        }
        throw unknown(entry, object, path)
      }
      entries.append(Node.Entry(entry.key, at: entry.keyLocation, try validate(entry.value, schema, path: inner)))
    }
    for name in object.required where !entries.contains(where: { $0.key == name }) {
      throw ComposeError(node.location, "\(path): the attribute \"\(name)\" is missing")
    }
    return entries
  }

  private func mismatch(_ node: Node, _ schema: Schema, _ path: String) -> ComposeError {
    let location = path.isEmpty ? "" : "\(path): "
    var hint = ""
    if let scalar = node.scalar, [.integer, .float, .bool].contains(scalar.kind),
      schema.accepts(Node(.scalar(Scalar(scalar.text)), at: node.location))
    {
      hint = "; put it in quotes"
    }
    return ComposeError(node.location, "\(location)found \(node.summary), expected \(schema.expected)\(hint)")
  }

  private func unknown(_ entry: Node.Entry, _ object: ObjectSchema, _ path: String) -> ComposeError {
    let location = path.isEmpty ? "" : "\(path): "
    let names = object.attributes.keys.sorted()
    let near = SimilarNames.find(entry.key, among: names).first
    let expected =
      near.map { "did you mean \"\($0)\"?" }
      ?? (names.count <= 12
        ? "expected \(names.joined(separator: ", "))" : "expected an attribute of the Compose specification")
    return ComposeError(entry.keyLocation, "\(location)found the unknown attribute \"\(entry.key)\"; \(expected)")
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
        entry.keyLocation,
        "\(path): found the name \"\(entry.key)\", expected letters, digits, dots, dashes and underscores")
    }
  }

  private func checkUnique(_ items: [Node], _ path: String) throws(ComposeError) {
    var seen: [Node.Content: SourceLocation] = [:]
    for item in items {
      if let first = seen.updateValue(item.location, forKey: item.content), item.scalar != nil {
        throw ComposeError(item.location, "\(path): found \(item.summary) twice; it was given at line \(first.line)")
      }
    }
  }
}

extension Schema {
  /// Whether the schema accepts a value of this kind.
  func accepts(_ node: Node) -> Bool {
    if node.directive == .reset { return true }
    switch self {
    case .null: return node.isNull
    case .list, .set: return node.isSequence
    case .object, .map, .named: return node.isMapping
    case .either(let schemas, _): return schemas.contains { $0.accepts(node) }
    case .unsupported: return true
    case .ineffective(let inner, _): return inner.accepts(node)
    default: return node.scalar.map { typed($0) != nil } ?? false
    }
  }

  /// The scalar with its type; `nil` when the schema does not accept it.
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
