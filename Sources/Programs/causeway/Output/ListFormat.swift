import JSON
import EngineAPI

/// The format of a list: a table, JSON or a template.
struct ListFormat: Sendable {
  enum Style: Sendable {
    /// A template whose cells are separated by tabs.
    case table(String)
    case json
    case template(String)
  }

  let style: Style

  /// - Parameters:
  ///   - format: the value of `--format`; `nil` for the table.
  ///   - standard: the default columns of the table.
  init(_ format: String?, standard: String) {
    switch format ?? "table" {
    case "table", "": style = .table(standard)
    case "json", "{{json .}}": style = .json
    case let format where format.hasPrefix("table "): style = .table(Self.unescaped(String(format.dropFirst(6))))
    case let format: style = .template(Self.unescaped(format))
    }
  }

  /// - Parameters:
  ///   - headers: the heading for each field.
  ///   - rows: one object for each row, with the fields of the headings.
  func text(headers: [String: String], rows: [ListRow]) throws(TemplateError) -> String {
    switch style {
    case .json: return rows.map { Self.escaped($0.fields.compactText) + "\n" }.joined()
    case .template(let template):
      let template = try Template(template)
      var text = ""
      for row in rows { text += try template.text(for: row.fields, labels: .values(row.labels)) + "\n" }
      return text
    case .table(let columns):
      let template = try Template(columns)
      let heading = JSONValue.object(headers.map { JSONMember($0.key, .string($0.value)) })
      var lines = [try template.text(for: heading, labels: .heading)]
      for row in rows { lines.append(try template.text(for: row.fields, labels: .values(row.labels))) }
      return Table.aligned(lines)
    }
  }

  /// Escapes text as Go's `json.Marshal` does, so that it is safe inside HTML.
  static func escaped(_ json: String) -> String {
    var result = ""
    for character in json {
      switch character {
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "&": result += "\\u0026"
      default: result.append(character)
      }
    }
    return result
  }

  /// Replaces `\t` and `\n`, which a shell passes on literally.
  private static func unescaped(_ format: String) -> String {
    var result = ""
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "\\", let next = rest.first, next == "t" || next == "n" else {
        result.append(character)
        continue
      }
      rest = rest.dropFirst()
      result += next == "t" ? "\t" : "\n"
    }
    return result
  }
}

extension JSONValue {
  var sortedByName: JSONValue {
    if case .object(let members) = self { .object(members.sorted { $0.name < $1.name }) } else { self }
  }
}
