import JSON
import EngineAPI

extension JSONValue {
  /// On one line, without white space.
  var compactText: String { String(decoding: JSONWriter.bytes(self), as: UTF8.self) }

  /// Over several lines, as `inspect` shows it: four spaces a step, and nothing inside what is empty.
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

  /// As Go's templates print a value: text as it is, lists in brackets, objects as `map[…]` sorted by name.
  var templateText: String {
    switch self {
    case .null: "<no value>"
    case .bool(let value): value ? "true" : "false"
    case .number(let text), .string(let text): text
    case .array(let values): "[" + values.map(\.templateText).joined(separator: " ") + "]"
    case .object(let members) where members.map(\.name) == ["HostIp", "HostPort"]:
      // Docker's command line has these as a structure, which prints its fields alone.
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
