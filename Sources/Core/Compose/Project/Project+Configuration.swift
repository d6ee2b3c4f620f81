extension Project {
  /// The project as `config` shows it: normalized, with active services only, and with the real names of networks and
  /// volumes.
  package var configuration: Node {
    let location = document.location
    var services = Node(.mapping([]), at: location)
    for service in self.services {
      var node = service.node
      if node["networks"] == nil, node["network_mode"] == nil {
        node["networks"] = .mapping(["default": .null(at: location)], at: location)
      }
      services[service.name] = Self.sorted(node)
    }
    var result = Node.mapping(["name": .text(name, at: location), "services": services], at: location)
    result["networks"] = section(networks.map { ($0.key, $0.name) }, "networks")
    result["volumes"] = section(volumes.map { ($0.key, $0.name) }, "volumes")
    for kind in ["secrets", "configs"] {
      let used = Set(self.services.flatMap { ($0.node[kind]?.items ?? []).compactMap { $0["source"]?.text } })
      result[kind] = section(used.sorted().map { ($0, "\(name)_\($0)") }, kind)
    }
    for entry in document.entries where entry.key.hasPrefix("x-") { result[entry.key] = entry.value }
    return result
  }

  private func section(_ members: [(key: String, name: String)], _ kind: String) -> Node? {
    guard !members.isEmpty else { return nil }
    var section = Node(.mapping([]), at: document.location)
    for (key, name) in members {
      var node = document[kind]?[key] ?? Node(.mapping([]), at: document.location)
      if node["name"] == nil { node["name"] = .text(name, at: document.location) }
      section[key] = Self.sorted(node)
    }
    return section
  }

  private static func sorted(_ node: Node) -> Node {
    var result = node
    switch node.content {
    case .scalar: break
    case .sequence(let items): result.content = .sequence(items.map(sorted))
    case .mapping(let entries):
      result.content = .mapping(
        entries.sorted { $0.key < $1.key }.map { Node.Entry($0.key, at: $0.keyLocation, sorted($0.value)) })
    }
    return result
  }
}
