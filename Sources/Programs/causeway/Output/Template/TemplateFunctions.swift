import JSON
import EngineAPI

/// The functions of templates: Go's own that are useful here, and those that Docker's command line adds.
enum TemplateFunctions {
  static let names: Set<String> = [
    "json", "join", "split", "lower", "upper", "title", "pad", "truncate", "println", "print", "printf", "len",
    "index", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "table", "slice", "html", "urlquery", "js",
  ]

  static func call(_ name: String, _ values: [JSONValue]) throws(TemplateError) -> JSONValue {
    func argument(_ index: Int) throws(TemplateError) -> JSONValue {
      guard values.indices.contains(index) else {
        throw TemplateError("wrong number of args for \(name): want at least \(index + 1) got \(values.count)")
      }
      return values[index]
    }
    switch name {
    case "json": return .string(try argument(0).compactText)
    case "lower": return .string(try argument(0).templateText.lowercased())
    case "upper": return .string(try argument(0).templateText.uppercased())
    case "title": return .string(titled(try argument(0).templateText))
    case "join":
      let parts = try argument(0).elements.map(\.templateText)
      return .string(parts.joined(separator: try argument(1).templateText))
    case "split": return .array(split(try argument(0).templateText, by: try argument(1).templateText))
    case "pad":
      let text = try argument(0).templateText
      let before = Int(try argument(1).integer ?? 0)
      let after = Int(try argument(2).integer ?? 0)
      guard !text.isEmpty else { return .string(text) }
      return .string(String(repeating: " ", count: before) + text + String(repeating: " ", count: after))
    case "truncate": return .string(String(try argument(0).templateText.prefix(Int(try argument(1).integer ?? 0))))
    case "println": return .string(values.map(\.templateText).joined(separator: " ") + "\n")
    case "print": return .string(values.map(\.templateText).joined())
    case "printf": return .string(formatted(try argument(0).templateText, Array(values.dropFirst())))
    case "len": return .number(String(try length(try argument(0))))
    case "index": return try indexed(values)
    case "slice":
      let text = try argument(0).templateText
      let from = Int(values.count > 1 ? values[1].integer ?? 0 : 0)
      let to = Int(values.count > 2 ? values[2].integer ?? 0 : Int64(text.count))
      guard from >= 0, from <= to, to <= text.count else { throw TemplateError("slice index out of range: \(to)") }
      return .string(String(text.prefix(to).dropFirst(from)))
    case "not": return .bool(!(try argument(0).isTrue))
    case "and", "or": return try argument(values.count - 1)
    case "eq":
      let first = try argument(0)
      return .bool(values.dropFirst().contains { same(first, $0) })
    case "ne": return .bool(!same(try argument(0), try argument(1)))
    case "lt", "le", "gt", "ge": return .bool(try ordered(name, try argument(0), try argument(1)))
    default: throw TemplateError("function \(name.quoted) is not available here")
    }
  }

  private static func titled(_ text: String) -> String {
    var result = ""
    var begins = true
    for character in text {
      result += begins ? character.uppercased() : String(character)
      begins = character == " "
    }
    return result
  }

  private static func split(_ text: String, by separator: String) -> [JSONValue] {
    guard !separator.isEmpty else { return text.map { .string(String($0)) } }
    return text.split(separator: separator, omittingEmptySubsequences: false).map { .string(String($0)) }
  }

  private static func length(_ value: JSONValue) throws(TemplateError) -> Int {
    switch value {
    case .string(let text): text.utf8.count
    case .array(let values): values.count
    case .object(let members): members.count
    case .null: 0
    default: throw TemplateError("error calling len: len of type \(value.templateText)")
    }
  }

  private static func indexed(_ values: [JSONValue]) throws(TemplateError) -> JSONValue {
    guard var value = values.first else { throw TemplateError("wrong number of args for index: want at least 1 got 0") }
    for key in values.dropFirst() {
      switch value {
      case .array(let elements):
        guard let position = key.integer, elements.indices.contains(Int(position)) else {
          throw TemplateError("error calling index: index out of range: \(key.templateText)")
        }
        value = elements[Int(position)]
      case .object: value = value[key.templateText] ?? .null
      case .null: throw TemplateError("error calling index: index of untyped nil")
      default: throw TemplateError("error calling index: can't index item of type \(value.templateText)")
      }
    }
    return value
  }

  private static func same(_ a: JSONValue, _ b: JSONValue) -> Bool {
    if case .number(let x) = a, case .number(let y) = b { return x == y || Double(x) == Double(y) }
    return a == b
  }

  private static func ordered(_ name: String, _ a: JSONValue, _ b: JSONValue) throws(TemplateError) -> Bool {
    func compare<T: Comparable>(_ a: T, _ b: T) -> Bool {
      switch name {
      case "lt": a < b
      case "le": a <= b
      case "gt": a > b
      default: a >= b
      }
    }
    switch (a, b) {
    case (.number(let x), .number(let y)): return compare(Double(x) ?? 0, Double(y) ?? 0)
    case (.string(let x), .string(let y)): return compare(x, y)
    default: throw TemplateError("error calling \(name): incompatible types for comparison")
    }
  }

  /// Supports `%s`, `%v`, `%d`, `%q`, `%t` and `%%`, with widths as in `%-12s`.
  private static func formatted(_ format: String, _ values: [JSONValue]) -> String {
    var result = ""
    var arguments = values[...]
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        result.append(character)
        continue
      }
      let flags = rest.prefix { $0 == "-" || $0 == "." || $0.isNumber }
      rest = rest[flags.endIndex...]
      guard let verb = rest.popFirst() else { return result + "%!(NOVERB)" }
      guard verb != "%" else {
        result += "%"
        continue
      }
      guard let value = arguments.popFirst() else {
        result += "%!\(verb)(MISSING)"
        continue
      }
      var text = verb == "q" ? value.templateText.quoted : value.templateText
      let width = Int(flags.drop { $0 == "-" }.prefix { $0.isNumber }) ?? 0
      let fill = String(repeating: " ", count: max(0, width - text.count))
      text = flags.first == "-" ? text + fill : fill + text
      result += text
    }
    return result
  }
}
