import Hashing
package import JSON
import EngineAPI

/// The hash of a configuration. An equal hash means that nothing must be created again. It equals Docker Compose's
/// hash, so both tools accept each other's objects.
package enum ConfigurationHash {
  /// The hash of everything that makes a service's containers differ. Scale, build and dependencies do not.
  package static func of(_ service: Service) -> String { SHA256.hexadecimal(description(of: service)) }

  /// The service in the encoding that Docker Compose hashes.
  static func description(of service: Service) -> [UInt8] {
    var node = service.node
    let location = node.location
    if node["networks"]?.entries.isEmpty != false, node["network_mode"] == nil {
      node["networks"] = .mapping(["default": .null(at: location)], at: location)
    }
    // Docker Compose adds the target path of secrets.
    if let secrets = node["secrets"] {
      let items = secrets.items.map { item in
        var item = item
        if item["target"] == nil, let source = item["source"]?.text {
          item["target"] = .text("/run/secrets/\(source)", at: item.location)
        }
        return item
      }
      node["secrets"] = Node(.sequence(items), at: secrets.location)
    }
    return bytes(.service, node)
  }

  static func of(_ encoding: HashEncoding, _ node: Node) -> String { SHA256.hexadecimal(bytes(encoding, node)) }

  private static func bytes(_ encoding: HashEncoding, _ node: Node) -> [UInt8] {
    // Go's encoder escapes HTML.
    JSONWriter.bytes(encoding.json(node) ?? .null).flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "<"): Array("\\u003c".utf8)
      case UInt8(ascii: ">"): Array("\\u003e".utf8)
      case UInt8(ascii: "&"): Array("\\u0026".utf8)
      default: [byte]
      }
    }
  }
}

extension Node {
  /// The node as JSON, with the types that the schema assigned.
  package func json(sorted: Bool = false) -> JSONValue {
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
