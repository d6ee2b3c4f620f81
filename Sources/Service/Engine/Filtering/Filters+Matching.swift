import EngineModel

extension Filters {
  /// - Throws: `invalidParameter` in Docker's words for an unknown key.
  func check(allowed: Set<String>) throws(EngineError) {
    if let unknown = values.keys.sorted().first(where: { !allowed.contains($0) }) {
      throw EngineError(.invalidParameter, "invalid filter '\(unknown)'")
    }
  }

  /// Whether the filter is absent or one of its values equals this one.
  func allows(_ key: String, _ value: String) -> Bool {
    self[key]?.contains(value) ?? true
  }

  /// Whether the filter is absent or one of its values, a regular expression, matches a part of a text.
  func matches(_ key: String, _ texts: String...) -> Bool {
    guard let patterns = self[key] else { return true }
    return patterns.contains { pattern in
      texts.contains { text in
        if text.contains(pattern) { return true }
        guard let expression = try? Regex(pattern) else { return false }
        return text.firstMatch(of: expression) != nil
      }
    }
  }

  /// Whether the filter is absent or one of its values is a prefix of the text: for ids.
  func begins(_ key: String, _ text: String) -> Bool {
    self[key]?.contains { text.hasPrefix($0) } ?? true
  }

  /// `label=key` and `label=key=value` must all match, `label!` must not.
  func matches(labels: [String: String]) -> Bool {
    func holds(_ text: String) -> Bool {
      guard let sign = text.firstIndex(of: "=") else { return labels[text] != nil }
      return labels[String(text[..<sign])] == String(text[text.index(after: sign)...])
    }
    return (self["label"] ?? []).allSatisfy(holds) && !(self["label!"] ?? []).contains(where: holds)
  }

  /// A Boolean filter; `nil` when it is absent.
  func flag(_ key: String) throws(EngineError) -> Bool? {
    guard let value = self[key]?.first else { return nil }
    guard let isOn = Bool(text: value) else {
      throw EngineError(.invalidParameter, "invalid filter '\(key)=\(value)'")
    }
    return isOn
  }

  /// `until`: a time, or a duration before now (`24h`).
  func until(now: Timestamp) throws(EngineError) -> Timestamp? {
    guard let text = self["until"]?.first else { return nil }
    guard let time = Timestamp(docker: text, now: now) else {
      throw EngineError(.invalidParameter, "invalid value for \"until\" filter: \(text)")
    }
    return time
  }
}
