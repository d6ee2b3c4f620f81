import JSON
internal import EngineAPI
internal import EngineModel

/// How Docker Compose writes a piece of a project down before it hashes it: with which members, in which order, and what
/// becomes of each (`ServiceConfig`, `NetworkConfig` and `VolumeConfig` of compose-go 2.8, as `encoding/json` writes them).
indirect enum DescriptionForm: Sendable {
  case text
  case integer
  /// A number that is written also when it is zero.
  case count
  /// A number of single precision.
  case float
  /// Left out when it is false.
  case flag
  /// Left out when nothing is said about it.
  case choice
  /// Left out unless it is false.
  case refusal
  /// Bytes, as a text.
  case bytes
  /// A length of time, in Go's notation.
  case span
  /// A file's mode; a number is its decimal form.
  case mode(isText: Bool)
  case list(DescriptionForm)
  /// Names and values by name. A value that is nothing stays that.
  case map(DescriptionForm)
  /// Names and texts by name. A text that is not there is empty.
  case texts
  /// `name=value`, sorted.
  case pairs
  /// A number, or members.
  case numberOr(DescriptionForm)
  /// In this order.
  case members([Member])

  struct Member: Sendable {
    let name: String
    let form: DescriptionForm
    /// It is written also when there is nothing.
    let stays: Bool
  }

  /// - Returns: `nil`: it is left out.
  func json(_ node: Node?) -> JSONValue? {
    guard let node, !node.isNull else { return nil }
    switch self {
    case .text: return node.text.flatMap { $0.isEmpty ? nil : .string($0) }
    case .integer: return node.integer.flatMap { $0 == 0 ? nil : .number(String($0)) }
    case .count: return node.integer.map { .number(String($0)) }
    case .float: return node.text.flatMap(Float.init).flatMap { $0 == 0 ? nil : .number(Self.digits($0)) }
    case .flag: return node.bool == true ? .bool(true) : nil
    case .choice: return node.bool.map { .bool($0) }
    case .refusal: return node.bool == false ? .bool(false) : nil
    case .bytes: return node.integer.flatMap { $0 == 0 ? nil : .string(String($0)) }
    case .span: return node.text.flatMap { TimeSpan($0) }.map { .string(Duration.nanoseconds($0.nanoseconds).goText) }
    case .mode(let isText):
      return node.integer.map { isText ? .string("0" + String($0, radix: 8)) : .number(String($0)) }
    case .list(let form):
      return node.items.isEmpty ? nil : .array(node.items.map { form.json($0) ?? Self.nothing(form) })
    case .map(let form):
      let entries = node.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      guard !entries.isEmpty else { return nil }
      return .object(
        entries.map { JSONMember($0.key, $0.value.isNull ? .null : form.json($0.value) ?? Self.nothing(form)) })
    case .texts:
      let entries = node.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return entries.isEmpty ? nil : .object(entries.map { JSONMember($0.key, .string($0.value.text ?? "")) })
    case .pairs:
      let lines = node.entries.flatMap { entry in
        (entry.value.isSequence ? entry.value.texts : [entry.value.text ?? ""]).map { "\(entry.key)=\($0)" }
      }
      return lines.isEmpty
        ? nil : .array(lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) })
    case .numberOr(let form): return node.integer.map { .number(String($0)) } ?? form.json(node)
    case .members(let members):
      return .object(
        members.compactMap { member in
          let value = member.form.json(node[member.name.lowercased()])
          return (value ?? (member.stays ? Self.nothing(member.form, of: node[member.name.lowercased()]) : nil)).map {
            JSONMember(member.name, $0)
          }
        })
    }
  }

  /// What stands for nothing where something has to stand.
  private static func nothing(_ form: DescriptionForm, of node: Node? = nil) -> JSONValue {
    switch form {
    case .text: .string("")
    case .integer, .float: .number("0")
    case .flag: .bool(false)
    // A list that was given and is empty is not the same as none.
    case .list: node.map { $0.isNull ? .null : .array([]) } ?? .null
    case .members: .object([])
    default: .null
    }
  }

  /// As few digits as tell it from its neighbours, without an exponent.
  private static func digits(_ value: Float) -> String {
    if value == value.rounded(), abs(value) < 1e9 { return String(Int64(value)) }
    return "\(value)"
  }
}
