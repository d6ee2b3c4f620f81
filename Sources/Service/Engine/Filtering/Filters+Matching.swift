import EngineModel

extension Filters {
  /// - Throws: `invalidParameter` in Docker's words when there is a key that means nothing here.
  func check(allowed: Set<String>) throws(EngineError) {
    if let unknown = values.keys.sorted().first(where: { !allowed.contains($0) }) {
      throw EngineError(.invalidParameter, "invalid filter '\(unknown)'")
    }
  }

  /// Whether the filter is not there or one of its values is exactly this.
  func allows(_ key: String, _ value: String) -> Bool {
    self[key]?.contains(value) ?? true
  }

  /// Whether the filter is not there or one of its values, a regular expression, fits somewhere in the text.
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

  /// Whether the filter is not there or one of its values begins the text: for ids.
  func begins(_ key: String, _ text: String) -> Bool {
    self[key]?.contains { text.hasPrefix($0) } ?? true
  }

  /// `label=key` and `label=key=value`, all of which must be there, and `label!`, none of which may.
  func matches(labels: [String: String]) -> Bool {
    func holds(_ wish: String) -> Bool {
      guard let sign = wish.firstIndex(of: "=") else { return labels[wish] != nil }
      return labels[String(wish[..<sign])] == String(wish[wish.index(after: sign)...])
    }
    return (self["label"] ?? []).allSatisfy(holds) && !(self["label!"] ?? []).contains(where: holds)
  }

  /// A filter that is true or false; `nil` when it is not there.
  func flag(_ key: String) throws(EngineError) -> Bool? {
    guard let value = self[key]?.first else { return nil }
    guard let isOn = Bool(word: value) else {
      throw EngineError(.invalidParameter, "invalid filter '\(key)=\(value)'")
    }
    return isOn
  }

  /// `until`: a time, or how long ago (`24h`).
  func until(now: Timestamp) throws(EngineError) -> Timestamp? {
    guard let text = self["until"]?.first else { return nil }
    guard let time = Timestamp(docker: text, now: now) else {
      throw EngineError(.invalidParameter, "invalid value for \"until\" filter: \(text)")
    }
    return time
  }
}
