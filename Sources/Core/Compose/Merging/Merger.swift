/// Lays one file over another: mappings join, lists grow, single values give way. Both are in their canonical form.
struct Merger {
  /// Lists that a later file gives whole.
  private static let replaced: Set<String> = ["command", "entrypoint", "test"]
  /// Lists whose members are the same thing when these attributes agree.
  private static let keys: [String: [String]] = [
    "ports": ["host_ip", "target", "published", "protocol"], "volumes": ["target"], "secrets": ["target|source"],
    "configs": ["target|source"], "devices": ["target"], "env_file": ["path"], "config": ["subnet"],
  ]

  /// - Returns: `nil` when the later file takes the value back.
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
      return try merge(entries, others, at: later.place, path: path)
    case (.sequence(let items), .sequence(let others)):
      guard let name = path.last, !replaced.contains(name) else { return later }
      var result = later
      result.content = .sequence(joined(items, others, name))
      return result
    // An attachment or a network that the later file only mentions.
    case (.mapping, .scalar) where later.isNull && isMention(path): return base
    case (.scalar, _) where base.isNull, (_, .scalar) where later.isNull: return later
    case (.scalar, .scalar): return later
    case (.scalar, .mapping) where path.contains("ulimits"), (.mapping, .scalar) where path.contains("ulimits"):
      return later
    default:
      throw ComposeError(
        later.place,
        "\(path.joined(separator: ".")): found \(later.shown), which cannot be merged with \(base.shown) at \(base.place)"
      )
    }
  }

  private static func isMention(_ path: [String]) -> Bool {
    path.count >= 2 && ["networks", "volumes", "services"].contains(path[path.count - 2])
  }

  private static func merge(_ base: [Node.Entry], _ later: [Node.Entry], at place: Place, path: [String])
    throws(ComposeError) -> Node
  {
    var result = base
    for entry in later {
      let index = result.firstIndex { $0.key == entry.key }
      let merged = try merge(index.map { result[$0].value }, entry.value, path: path + [entry.key])
      switch (index, merged) {
      case (let index?, let merged?): result[index] = Node.Entry(entry.key, at: entry.keyPlace, merged)
      case (let index?, nil): result.remove(at: index)
      case (nil, let merged?): result.append(Node.Entry(entry.key, at: entry.keyPlace, merged))
      case (nil, nil): continue
      }
    }
    return Node(.mapping(result), at: place)
  }

  /// The members of both; the later of two that are the same thing stands in the place of the former.
  private static func joined(_ base: [Node], _ later: [Node], _ name: String) -> [Node] {
    var result: [Node] = []
    var index: [String: Int] = [:]
    for item in base + later {
      let key = key(item, name)
      if let key, let place = index[key] {
        result[place] = item
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

  /// Without what was to be reset, and without the tags, which have done their work.
  static func cleared(_ node: Node) -> Node {
    var result = node
    result.directive = nil
    switch node.content {
    case .scalar: break
    case .sequence(let items): result.content = .sequence(items.filter { $0.directive != .reset }.map(cleared))
    case .mapping(let entries):
      result.content = .mapping(
        entries.filter { $0.value.directive != .reset }
          .map { Node.Entry($0.key, at: $0.keyPlace, cleared($0.value)) })
    }
    return result
  }
}
