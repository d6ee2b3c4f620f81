import EngineAPI

/// The values of `--filter key=value`. The Docker API takes them as JSON: `{"key":{"value":true}}`.
struct FilterArguments: Hashable, Sendable {
  private(set) var values: [String: [String]] = [:]

  init() {}

  /// - Throws: ``UsageError`` of kind `grammar` for a value without `=`.
  init(_ texts: [String], option: String = "-f, --filter") throws(UsageError) {
    for text in texts where !text.isEmpty {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw .grammar(
          "invalid argument \(text.quoted) for \(option.quoted) flag: bad format of filter (expected name=value)")
      }
      let key = trimmed(parts[0]).lowercased()
      add(key, trimmed(parts[1]))
    }
  }

  mutating func add(_ key: String, _ value: String) {
    values[key, default: []].append(value)
  }

  var isEmpty: Bool { values.isEmpty }

  /// Sorted, so that equal filters make equal requests.
  var json: String { FilterText.encode(values.mapValues { Set($0).sorted() }) }

  private func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}
