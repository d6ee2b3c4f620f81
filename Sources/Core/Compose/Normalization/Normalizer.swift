/// Expands the short forms of a validated file, so that merging and reading handle only the long forms, and makes its
/// paths absolute.
struct Normalizer {
  /// The folder that relative paths refer to.
  let directory: String
  /// The folder that `~` stands for.
  let home: String?

  func path(_ text: String) -> String { PathText.absolute(text, in: directory, home: home) }

  func file(_ node: Node) throws(ComposeError) -> Node {
    var result = node
    try result.change("services") { services throws(ComposeError) in try Self.each(services, service) }
    try result.change("networks") { networks throws(ComposeError) in try Self.each(networks, network) }
    try result.change("volumes") { volumes throws(ComposeError) in try Self.each(volumes, volume) }
    for kind in ["secrets", "configs"] {
      try result.change(kind) { files throws(ComposeError) in try Self.each(files, secret) }
    }
    return result
  }

  private static func each(_ node: Node, _ work: (Node) throws(ComposeError) -> Node) throws(ComposeError) -> Node {
    var result = node
    var entries: [Node.Entry] = []
    for entry in node.entries {
      let value = entry.value.directive == .reset ? entry.value : try work(entry.value)
      entries.append(Node.Entry(entry.key, at: entry.keyLocation, value))
    }
    result.entries = entries
    return result
  }

  // MARK: Beside services

  private func network(_ node: Node) throws(ComposeError) -> Node {
    guard !node.isNull else { return Node(.mapping([]), at: node.location) }
    var result = Self.external(node)
    try result.change("labels", Self.map)
    return result
  }

  private func volume(_ node: Node) throws(ComposeError) -> Node {
    var result = try network(node)
    // A bind mount by the local driver. Its device may be relative like other paths.
    if let options = result["driver_opts"], options["o"]?.text?.contains("bind") == true,
      let device = options["device"],
      let text = device.text, PathText.isPath(text)
    {
      result["driver_opts"]?["device"] = .text(path(text), at: device.location)
    }
    return result
  }

  private func secret(_ node: Node) throws(ComposeError) -> Node {
    var result = Self.external(node)
    try result.change("labels", Self.map)
    try result.change("file", absolute)
    return result
  }

  /// Converts the old form `external: {name: x}` to `external: true` and `name: x`.
  private static func external(_ node: Node) -> Node {
    guard let external = node["external"], external.isMapping else { return node }
    var result = node
    result["external"] = .bool(true, at: external.location)
    if let name = external["name"] { result["name"] = name }
    return result
  }

  func absolute(_ node: Node) throws(ComposeError) -> Node {
    node.text.map { .text(path($0), at: node.location) } ?? node
  }

  // MARK: Forms that several attributes share

  /// Converts a list of `NAME=value` to a mapping.
  static func map(_ node: Node) throws(ComposeError) -> Node {
    guard node.isSequence else { return node }
    var result = Node(.mapping([]), at: node.location, directive: node.directive)
    for item in node.items {
      let parts = (item.text ?? "").split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty else {
        throw ComposeError(item.location, "found \(item.summary), expected NAME=value")
      }
      result[String(name)] = parts.count == 2 ? .text(String(parts[1]), at: item.location) : .null(at: item.location)
    }
    return result
  }

  static func list(_ node: Node) throws(ComposeError) -> Node {
    guard node.scalar != nil, !node.isNull else { return node }
    return Node(.sequence([Node(node.content, at: node.location)]), at: node.location, directive: node.directive)
  }

  /// Converts a list of names to a mapping with `value` for each name.
  static func names(_ node: Node, _ value: (SourceLocation) -> Node) -> Node {
    guard node.isSequence else { return node }
    let entries = node.items.map { Node.Entry($0.text ?? "", at: $0.location, value($0.location)) }
    return Node(.mapping(entries), at: node.location, directive: node.directive)
  }

  /// Splits a command line into words. Null stays null.
  static func command(_ node: Node) throws(ComposeError) -> Node {
    guard let line = node.text else { return node }
    guard let words = ShellWords.split(line) else {
      throw ComposeError(node.location, "found an unclosed quote in \(node.summary)")
    }
    return Node(.sequence(words.map { .text($0, at: node.location) }), at: node.location, directive: node.directive)
  }

  /// Converts a mapping, or a list of `name=address` or `name:address`, to a mapping of names to address lists.
  static func hosts(_ node: Node) throws(ComposeError) -> Node {
    var result = Node(.mapping([]), at: node.location, directive: node.directive)
    for entry in node.entries { result[entry.key] = try list(entry.value) }
    for item in node.items {
      let text = item.text ?? ""
      guard let separator = text.firstIndex(of: "=") ?? text.firstIndex(of: ":"), separator > text.startIndex else {
        throw ComposeError(item.location, "found \(item.summary), expected name=address")
      }
      let name = String(text[..<separator])
      let address = Node.text(String(text[text.index(after: separator)...]), at: item.location)
      result[name] = Node(.sequence((result[name]?.items ?? []) + [address]), at: item.location)
    }
    return result
  }
}

extension Node {
  /// Changes a member, unless it is missing or reset.
  mutating func change(_ key: String, _ work: (Node) throws(ComposeError) -> Node) throws(ComposeError) {
    guard let value = self[key], value.directive != .reset else { return }
    var changed = try work(value)
    changed.directive = value.directive
    self[key] = changed
  }
}
