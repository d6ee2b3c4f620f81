/// The schema of a value in a Compose file (compose-spec.schema.json). It also assigns the value's type.
indirect enum Schema: Sendable {
  case string
  /// One of these words.
  case oneOf([String])
  /// A text that a function accepts. `expected` describes it in messages.
  case text(expected: String, @Sendable (String) -> Bool)
  case bool
  case integer(ClosedRange<Int64>)
  /// A decimal number.
  case number
  /// A number of bytes, or one with a unit: `512m`.
  case bytes
  /// An octal file mode.
  case fileMode
  /// Any scalar but null, converted to text: environment values, labels and driver options.
  case scalarText
  case null
  case list(Schema)
  /// A list without duplicates.
  case set(Schema)
  case object(ObjectSchema)
  /// A mapping with user-chosen names.
  case map(Schema)
  /// A mapping whose keys are names of services, networks and the like.
  case named(Schema)
  /// The first schema that accepts the value. `expected` describes them in messages.
  case either([Schema], expected: String)
  /// Valid in Compose, not supported by Causeway for this reason.
  case unsupported(String)
  /// Valid in Compose, without effect in Causeway for this reason.
  case ineffective(Schema, String)

  static let integer = Schema.integer(Int64.min...Int64.max)
  static let count = Schema.integer(0...Int64(Int32.max))
  static let duration = Schema.text(expected: "a duration like 1m30s") { ComposeDuration($0) != nil }

  static func orNull(_ schema: Schema) -> Schema {
    .either([schema, .null], expected: "\(schema.expected) or nothing")
  }

  static let words = Schema.set(.string)
  static let stringOrList = Schema.either([.string, .list(.string)], expected: "a text or a list of texts")
  /// `command`: null, a shell-like line, or a list of words.
  static let command = Schema.either([.null, .string, .list(.string)], expected: "a text or a list of texts")
  /// `NAME: value` or `- NAME=value`.
  static let listOrMap = Schema.either(
    [.map(.either([.scalarText, .null], expected: "a text, a number or a boolean")), .list(.string)],
    expected: "a mapping, or a list of NAME=value")
  static let options = Schema.map(.scalarText)

  /// A description for messages.
  var expected: String {
    switch self {
    case .string: "a text"
    case .oneOf(let words): words.count == 1 ? "\"\(words[0])\"" : "one of " + words.joined(separator: ", ")
    case .text(let expected, _): expected
    case .bool: "true or false"
    case .integer(let range):
      range.lowerBound == Int64.min
        ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number: "a number"
    case .bytes: "a size like 512m"
    case .fileMode: "an octal file mode like 0440"
    case .scalarText: "a text, a number or a boolean"
    case .null: "nothing"
    case .list, .set: "a list"
    case .object, .map, .named: "a mapping"
    case .either(_, let expected): expected
    case .unsupported: "no value"
    case .ineffective(let schema, _): schema.expected
    }
  }
}

/// The attributes of a mapping. `x-…` attributes are always allowed and have no effect.
struct ObjectSchema: Sendable {
  let attributes: [String: Schema]
  let required: [String]

  init(_ attributes: [String: Schema], required: [String] = []) {
    self.attributes = attributes
    self.required = required
  }
}
