/// What a list is narrowed to: for each key, any of the values (`filters` in the Docker API).
public struct Filters: Sendable, Hashable {
  public var values: [String: [String]]

  public init(_ values: [String: [String]] = [:]) {
    self.values = values
  }

  public subscript(key: String) -> [String]? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

  public var isEmpty: Bool { values.isEmpty }
}
