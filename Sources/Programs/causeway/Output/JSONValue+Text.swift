import JSON
import EngineAPI

extension JSONValue {
  /// One line without white space.
  var compactText: String { String(decoding: JSONWriter.bytes(self), as: UTF8.self) }

  /// Several lines, as `inspect` shows them. Empty lists and objects stay on one line.
  func indentedText(by step: String = "    ", depth: Int = 0) -> String {
    let inner = String(repeating: step, count: depth + 1)
    let outer = String(repeating: step, count: depth)
    switch self {
    case .array(let values) where !values.isEmpty:
      let lines = values.map { inner + $0.indentedText(by: step, depth: depth + 1) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
    case .object(let members) where !members.isEmpty:
      let lines = members.map {
        inner + JSONValue.string($0.name).compactText + ": " + $0.value.indentedText(by: step, depth: depth + 1)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
    default: return compactText
    }
  }

  /// The value as Go's templates print it: plain text, lists in brackets, objects as `map[…]` sorted by name.
  var templateText: String {
    switch self {
    case .null: "<no value>"
    case .bool(let value): value ? "true" : "false"
    case .number(let text), .string(let text): text
    case .array(let values): "[" + values.map(\.templateText).joined(separator: " ") + "]"
    case .object(let members) where members.map(\.name) == ["HostIp", "HostPort"]:
      // Docker's command line has a structure here, which prints only its fields.
      "{" + members.map(\.value.templateText).joined(separator: " ") + "}"
    case .object(let members):
      "map["
        + members.sorted { $0.name < $1.name }.map { "\($0.name):\($0.value.templateText)" }
        .joined(separator: " ") + "]"
    }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }

  var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

  var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

  var members: [JSONMember] { if case .object(let members) = self { members } else { [] } }
}
