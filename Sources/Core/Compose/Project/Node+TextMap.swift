extension Node {
  /// A mapping of scalars as texts. Null becomes an empty text.
  var textMap: [String: String] {
    Dictionary(entries.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { $1 })
  }

  /// A mapping of scalars as texts, without null values.
  var givenTextMap: [String: String] {
    Dictionary(entries.compactMap { entry in entry.value.text.map { (entry.key, $0) } }, uniquingKeysWith: { $1 })
  }
}
