/// Merges a Compose file into an earlier one: mappings are merged, lists are appended, scalars are replaced. Both
/// documents are normalized.
struct DocumentMerger {
  /// Lists that a later file replaces.
  private static let replaced: Set<String> = ["command", "entrypoint", "test"]
  /// Lists whose items are identified by these attributes.
  private static let keys: [String: [String]] = [
    "ports": ["host_ip", "target", "published", "protocol"], "volumes": ["target"], "secrets": ["target|source"],
    "configs": ["target|source"], "devices": ["target"], "env_file": ["path"], "config": ["subnet"],
  ]

  /// - Returns: `nil` when the later file resets the value.
  static func merge(_ base: Node?, _ later: Node, path: [String] = []) throws(ComposeError) -> Node? {
    switch later.directive {
    case .reset: return nil
    case .override: return cleared(later)
    case nil: break
    }
    guard let base, base.directive != .reset else { return cleared(later) }
    switch (base.content, later.content) {
    case (.mapping(let entries), .mapping(let others)):
      if path.last == "logging", let driver = later["driver"]?.text, driver != base["driver"]?.text {
        return later
      }
      return try merge(entries, others, at: later.location, path: path)
    case (.sequence(let items), .sequence(let others)):
      guard let name = path.last, !replaced.contains(name) else { return later }
      var result = later
      result.content = .sequence(joined(items, others, name))
      return result
    // A network or an attachment that the later file only names.
    case (.mapping, .scalar) where later.isNull && isMention(path): return base
    case (.scalar, _) where base.isNull, (_, .scalar) where later.isNull: return later
    case (.scalar, .scalar): return later
    case (.scalar, .mapping) where path.contains("ulimits"), (.mapping, .scalar) where path.contains("ulimits"):
      return later
    default:
      throw ComposeError(
        later.location,
        "\(path.joined(separator: ".")): found \(later.summary), which cannot be merged with \(base.summary) at \(base.location)"
      )
    }
  }

  private static func isMention(_ path: [String]) -> Bool {
    path.count >= 2 && ["networks", "volumes", "services"].contains(path[path.count - 2])
  }

  private static func merge(_ base: [Node.Entry], _ later: [Node.Entry], at location: SourceLocation, path: [String])
    throws(ComposeError) -> Node
  {
    var result = base
    for entry in later {
      let index = result.firstIndex { $0.key == entry.key }
      let merged = try merge(index.map { result[$0].value }, entry.value, path: path + [entry.key])
      switch (index, merged) {
      case (let index?, let merged?): result[index] = Node.Entry(entry.key, at: entry.keyLocation, merged)
      case (let index?, nil): result.remove(at: index)
      case (nil, let merged?): result.append(Node.Entry(entry.key, at: entry.keyLocation, merged))
      case (nil, nil): continue
      }
    }
    return Node(.mapping(result), at: location)
  }

  /// The items of both lists. An item of the later list replaces the item with the same key.
  private static func joined(_ base: [Node], _ later: [Node], _ name: String) -> [Node] {
    var result: [Node] = []
    var index: [String: Int] = [:]
    for item in base + later {
      let key = key(item, name)
      if let key, let location = index[key] {
        result[location] = item
      } else {
        if let key { index[key] = result.count }
        result.append(item)
      }
    }
    return result
  }

  private static func key(_ item: Node, _ name: String) -> String? {
    if let text = item.text { return text }
    guard let names = keys[name] else { return nil }
    return names.map { name in
      name.split(separator: "|").compactMap { item[String($0)]?.text }.first ?? ""
    }.joined(separator: "\u{0}")
  }

  /// The node without reset members and without directives.
  static func cleared(_ node: Node) -> Node {
    var result = node
    result.directive = nil
    switch node.content {
    case .scalar: break
    case .sequence(let items): result.content = .sequence(items.filter { $0.directive != .reset }.map(cleared))
    case .mapping(let entries):
      result.content = .mapping(
        entries.filter { $0.value.directive != .reset }
          .map { Node.Entry($0.key, at: $0.keyLocation, cleared($0.value)) })
    }
    return result
  }
}
