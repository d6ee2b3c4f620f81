/// The `filters` parameter of the Docker API: an object matches when, for each key, one of the values matches.
public struct Filters: Sendable, Hashable {
  public var values: [String: [String]]

  public init(_ values: [String: [String]] = [:]) {
    self.values = values
  }

  public subscript(key: String) -> [String]? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

  public var isEmpty: Bool { values.isEmpty }
}
