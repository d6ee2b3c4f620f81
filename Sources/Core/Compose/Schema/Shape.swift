/// What may stand at one place of a Compose file (compose-spec.schema.json), and what type it then has.
indirect enum Shape: Sendable {
  case string
  /// One of these words.
  case oneOf([String])
  /// A text that a function takes; the words say what is expected.
  case text(expected: String, @Sendable (String) -> Bool)
  case bool
  case integer(ClosedRange<Int64>)
  /// A decimal number.
  case number
  /// A number of bytes, or one with a unit: `512m`.
  case bytes
  /// A mode of a file: octal.
  case fileMode
  /// Any scalar but null, as text: values of environment variables, labels and driver options.
  case scalarText
  case null
  case list(Shape)
  /// A list in which nothing may stand twice.
  case set(Shape)
  case object(ObjectShape)
  /// Names that people choose, each with such a value.
  case map(Shape)
  /// The same, where names are those of services, networks and the like.
  case named(Shape)
  /// The first of these that a value of this kind can be; the words say what is expected.
  case either([Shape], expected: String)
  /// Valid, and not to be had here, for this reason.
  case unsupported(String)
  /// Valid, of no effect here, for this reason.
  case ineffective(Shape, String)

  static let integer = Shape.integer(Int64.min...Int64.max)
  static let count = Shape.integer(0...Int64(Int32.max))
  static let duration = Shape.text(expected: "a length of time like 1m30s") { TimeSpan($0) != nil }

  static func orNull(_ shape: Shape) -> Shape { .either([shape, .null], expected: "\(shape.expected) or nothing") }

  static let words = Shape.set(.string)
  static let wordOrWords = Shape.either([.string, .list(.string)], expected: "a text or a list of texts")
  /// `command`: null, a line as the shell would have it, or words.
  static let command = Shape.either([.null, .string, .list(.string)], expected: "a text or a list of texts")
  /// `NAME: value` or `- NAME=value`.
  static let listOrMap = Shape.either(
    [.map(.either([.scalarText, .null], expected: "a text, a number or a boolean")), .list(.string)],
    expected: "a mapping, or a list of NAME=value")
  static let options = Shape.map(.scalarText)

  /// For messages.
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
    case .unsupported: "it not to be there"
    case .ineffective(let shape, _): shape.expected
    }
  }
}

/// The attributes that a mapping may have; `x-…` is always allowed and has no effect.
struct ObjectShape: Sendable {
  let attributes: [String: Shape]
  let required: [String]

  init(_ attributes: [String: Shape], required: [String] = []) {
    self.attributes = attributes
    self.required = required
  }
}
