public import JSON
import EngineAPI

/// A hash of a description: when it is the same, nothing needs to be made anew. It is that of Docker Compose, which
/// therefore leaves alone what `causeway compose` made, and the other way round.
public enum ConfigurationHash {
  /// What makes containers of a service differ: not how many there are, how their image is made, or what they wait for.
  public static func of(_ service: Service) -> String { SHA256.hexadecimal(description(of: service)) }

  /// The description of a service as Docker Compose has it.
  static func description(of service: Service) -> [UInt8] {
    var node = service.node
    let place = node.place
    if node["networks"]?.entries.isEmpty != false, node["network_mode"] == nil {
      node["networks"] = .mapping(["default": .null(at: place)], at: place)
    }
    // Secrets are told where they are.
    if let secrets = node["secrets"] {
      let items = secrets.items.map { item in
        var item = item
        if item["target"] == nil, let source = item["source"]?.text {
          item["target"] = .text("/run/secrets/\(source)", at: item.place)
        }
        return item
      }
      node["secrets"] = Node(.sequence(items), at: secrets.place)
    }
    return bytes(.service, node)
  }

  static func of(_ form: DescriptionForm, _ node: Node) -> String { SHA256.hexadecimal(bytes(form, node)) }

  private static func bytes(_ form: DescriptionForm, _ node: Node) -> [UInt8] {
    // As Go's encoder, which has pages of the web in mind.
    JSONWriter.bytes(form.json(node) ?? .null).flatMap { byte -> [UInt8] in
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
