internal import EngineAPI
internal import EngineModel
import JSON

/// How Docker Compose encodes a part of a project before hashing it: the members, their order and their form
/// (`ServiceConfig`, `NetworkConfig` and `VolumeConfig` of compose-go 2.8, written by `encoding/json`).
indirect enum HashEncoding: Sendable {
  case text
  case integer
  /// A number that is written even when it is zero.
  case count
  /// A single-precision number.
  case float
  /// A Boolean that is omitted when it is false.
  case flag
  /// A Boolean that is omitted when it is not set.
  case optionalBool
  /// A Boolean that is omitted unless it is false.
  case falseOnly
  /// Bytes, as text.
  case bytes
  /// A duration in Go's notation.
  case duration
  /// A file mode: octal text, or a decimal number.
  case mode(isText: Bool)
  case list(HashEncoding)
  /// A mapping sorted by name. Null values stay null.
  case map(HashEncoding)
  /// A mapping of texts sorted by name. Null values become empty texts.
  case texts
  /// A sorted list of `name=value`.
  case pairs
  /// A number, or an object.
  case numberOr(HashEncoding)
  /// An object with members in this order.
  case members([Member])

  struct Member: Sendable {
    let name: String
    let encoding: HashEncoding
    /// Whether the member is written even when it has no value.
    let isAlwaysWritten: Bool
  }

  /// - Returns: `nil` when the value is omitted.
  func json(_ node: Node?) -> JSONValue? {
    guard let node, !node.isNull else { return nil }
    switch self {
    case .text: return node.text.flatMap { $0.isEmpty ? nil : .string($0) }
    case .integer: return node.integer.flatMap { $0 == 0 ? nil : .number(String($0)) }
    case .count: return node.integer.map { .number(String($0)) }
    case .float: return node.text.flatMap(Float.init).flatMap { $0 == 0 ? nil : .number(Self.digits($0)) }
    case .flag: return node.bool == true ? .bool(true) : nil
    case .optionalBool: return node.bool.map { .bool($0) }
    case .falseOnly: return node.bool == false ? .bool(false) : nil
    case .bytes: return node.integer.flatMap { $0 == 0 ? nil : .string(String($0)) }
    case .duration:
      return node.text.flatMap { ComposeDuration($0) }.map { .string(Duration.nanoseconds($0.nanoseconds).goText) }
    case .mode(let isText):
      return node.integer.map { isText ? .string("0" + String($0, radix: 8)) : .number(String($0)) }
    case .list(let encoding):
      return node.items.isEmpty ? nil : .array(node.items.map { encoding.json($0) ?? Self.emptyValue(encoding) })
    case .map(let encoding):
      let entries = node.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      guard !entries.isEmpty else { return nil }
      return .object(
        entries.map {
          JSONMember($0.key, $0.value.isNull ? .null : encoding.json($0.value) ?? Self.emptyValue(encoding))
        })
    case .texts:
      let entries = node.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return entries.isEmpty ? nil : .object(entries.map { JSONMember($0.key, .string($0.value.text ?? "")) })
    case .pairs:
      let lines = node.entries.flatMap { entry in
        (entry.value.isSequence ? entry.value.texts : [entry.value.text ?? ""]).map { "\(entry.key)=\($0)" }
      }
      return lines.isEmpty
        ? nil : .array(lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) })
    case .numberOr(let encoding): return node.integer.map { .number(String($0)) } ?? encoding.json(node)
    case .members(let members):
      return .object(
        members.compactMap { member in
          let value = member.encoding.json(node[member.name.lowercased()])
          return
            (value
            ?? (member.isAlwaysWritten ? Self.emptyValue(member.encoding, of: node[member.name.lowercased()]) : nil))
            .map {
              JSONMember(member.name, $0)
            }
        })
    }
  }

  /// The zero value of a member that is always written.
  private static func emptyValue(_ encoding: HashEncoding, of node: Node? = nil) -> JSONValue {
    switch encoding {
    case .text: .string("")
    case .integer, .float: .number("0")
    case .flag: .bool(false)
    // An empty list that was given differs from a missing one.
    case .list: node.map { $0.isNull ? .null : .array([]) } ?? .null
    case .members: .object([])
    default: .null
    }
  }

  /// The shortest decimal digits that identify the value, without an exponent.
  private static func digits(_ value: Float) -> String {
    if value == value.rounded(), abs(value) < 1e9 { return String(Int64(value)) }
    return "\(value)"
  }
}
