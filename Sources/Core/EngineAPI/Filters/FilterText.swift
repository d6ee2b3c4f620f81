import JSON
package import EngineModel

/// The `filters` of a query: JSON that maps a key to its values.
package enum FilterText {
  /// Reads `{"label":{"a=b":true}}` and the form of clients before 1.22, `{"label":["a=b"]}`. Values set to `false` do
  /// not count. An empty text means no filters.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  package static func decode(_ text: String) throws(EngineError) -> [String: [String]] {
    guard !text.isEmpty else { return [:] }
    do {
      guard case .object(let members) = try JSONParser.parse(text) else { throw JSONError("not an object") }
      var filters: [String: [String]] = [:]
      for member in members {
        filters[member.name, default: []] += try values(member.value)
      }
      return filters
    } catch {
      throw EngineError(.invalidParameter, "invalid filter: \(error)")
    }
  }

  private static func values(_ value: JSONValue) throws(JSONError) -> [String] {
    switch value {
    case .object(let members):
      var names: [String] = []
      for member in members {
        guard case .bool(let isSet) = member.value else { throw JSONError("a value is neither true nor false") }
        if isSet { names.append(member.name) }
      }
      return names
    case .array(let elements):
      var names: [String] = []
      for element in elements {
        guard case .string(let text) = element else { throw JSONError("a value is not a string") }
        names.append(text)
      }
      return names
    default: throw JSONError("values are neither an object nor a list")
    }
  }

  package static func encode(_ filters: [String: [String]]) -> String {
    let members = filters.sorted { $0.key < $1.key }.map { key, values in
      JSONMember(key, .object(values.map { JSONMember($0, .bool(true)) }))
    }
    return String(decoding: JSONWriter.bytes(.object(members)), as: UTF8.self)
  }
}
