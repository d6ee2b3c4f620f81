import JSON
import EngineAPI

/// A row of a list: the fields that templates know, and the labels that `{{.Label "key"}}` looks up.
struct ListRow: Sendable {
  let fields: JSONValue
  let labels: [String: String]

  init(_ fields: JSONValue, labels: [String: String] = [:]) {
    self.fields = fields.sortedByName
    self.labels = labels
  }

  init(_ fields: [String: String], labels: [String: String] = [:]) {
    self.init(.object(fields.map { JSONMember($0.key, .string($0.value)) }), labels: labels)
  }
}

/// Where `.Label` of a template finds its value.
enum LabelSource: Sendable {
  case none
  case values([String: String])
  /// In a table's heading: the last word of the label's name.
  case heading

  func label(_ name: String) -> String? {
    switch self {
    case .none: nil
    case .values(let labels): labels[name] ?? ""
    case .heading:
      String((name.split(separator: ".").last ?? "").map { $0 == "-" || $0 == "_" ? " " : $0 })
    }
  }
}
