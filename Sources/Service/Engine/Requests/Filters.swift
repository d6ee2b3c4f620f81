/// The `filters` parameter of the Docker API: an object matches when, for each key, one of the values matches.
package struct Filters: Sendable, Hashable {
  package var values: [String: [String]]

  package init(_ values: [String: [String]] = [:]) {
    self.values = values
  }

  package subscript(key: String) -> [String]? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

  package var isEmpty: Bool { values.isEmpty }
}
