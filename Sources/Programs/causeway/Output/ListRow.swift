import JSON
import EngineAPI

/// A row of a list: the fields for templates, and the labels for `{{.Label "key"}}`.
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
