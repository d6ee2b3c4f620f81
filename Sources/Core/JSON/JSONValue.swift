/// A JSON document (RFC 8259) as a value. Objects keep the order of their members, so that `inspect` prints the order
/// of the API's description. Numbers keep their text, so that nothing is rounded.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The number's text.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// The members of an object by name; the last one wins when a name occurs twice, as in Go.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The object without one member of an inner object.
  package func removing(_ name: String, from inner: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(
      members.map { member in
        guard member.name == inner, case .object(let rest) = member.value else { return member }
        return JSONMember(inner, .object(rest.filter { $0.name != name }))
      })
  }

  /// The value with the members of every object sorted by name.
  var sorted: JSONValue {
    switch self {
    case .null, .bool, .number, .string: self
    case .array(let values): .array(values.map(\.sorted))
    case .object(let members):
      .object(members.map { JSONMember($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
    }
  }

  /// Whether this is Go's zero value: `null`, `false`, `0`, `""`, an empty array, or an object that holds only zero
  /// values.
  package var isZero: Bool {
    switch self {
    case .null: true
    case .bool(let value): !value
    case .number(let text): Double(text) == 0
    case .string(let text): text.isEmpty
    case .array(let values): values.isEmpty
    case .object(let members): members.allSatisfy(\.value.isZero)
    }
  }

  /// Go's name of the kind, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

/// One name and value of a JSON object.
package struct JSONMember: Sendable, Hashable {
  package var name: String
  package var value: JSONValue

  package init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}
