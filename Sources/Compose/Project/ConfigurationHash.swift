public import EngineAPI

/// A hash of a description: when it is the same, nothing needs to be made anew.
public enum ConfigurationHash {
  /// - Parameter without: members that do not count.
  static func of(_ node: Node, without names: Set<String>) -> String {
    var counted = node
    counted.entries = node.entries.filter { !names.contains($0.key) && !$0.key.hasPrefix("x-") }
    return SHA256.hexadecimal(JSONWriter.bytes(counted.json(sorted: true)))
  }

  /// What makes containers of a service differ: not how many there are, how their image is made, or what they wait for.
  public static func of(_ service: Service) -> String {
    var node = service.node
    if node["deploy"] != nil { node["deploy"]?["replicas"] = nil }
    return of(
      node,
      without: [
        "build", "pull_policy", "pull_refresh_after", "scale", "depends_on", "profiles", "attach", "develop",
        "post_start", "pre_stop",
      ])
  }
}

extension Node {
  /// As JSON; texts stay texts, numbers and booleans are what the schema made them.
  public func json(sorted: Bool = false) -> JSONValue {
    switch content {
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: return .null
      case .bool: return .bool(scalar.text == "true")
      case .integer: return Scalar.integer(scalar.text).map { .number(String($0)) } ?? .string(scalar.text)
      case .float: return Double(scalar.text).map { .number("\($0)") } ?? .string(scalar.text)
      case .string: return .string(scalar.text)
      }
    case .sequence(let items): return .array(items.map { $0.json(sorted: sorted) })
    case .mapping(let entries):
      let members = entries.map { JSONMember($0.key, $0.value.json(sorted: sorted)) }
      return .object(sorted ? members.sorted { $0.name < $1.name } : members)
    }
  }
}
