import EngineAPI
import EngineClient

/// Names near the one that was typed, for messages that say it is not there.
enum Suggestion {
  /// At most three, the nearest first: those that differ by a letter or two, or that go on where the name ends.
  static func near(_ name: String, among known: [String]) -> [String] {
    guard !name.isEmpty else { return [] }
    let wanted = Array(name.lowercased().utf8)
    let limit = max(1, min(3, wanted.count / 3))
    let rated = Set(known).compactMap { candidate -> (rate: Int, name: String)? in
      let letters = Array(candidate.lowercased().utf8)
      if wanted.count >= 3, letters.starts(with: wanted) { return (1, candidate) }
      let distance = distance(wanted, letters)
      return distance <= limit ? (distance, candidate) : nil
    }
    return rated.sorted { ($0.rate, $0.name) < ($1.rate, $1.name) }.prefix(3).map(\.name)
  }

  /// `Did you mean …?`; `nil` when nothing is near.
  static func sentence(_ name: String, among known: [String]) -> String? {
    let near = near(name, among: known).map { "'\($0)'" }
    guard let last = near.last else { return nil }
    return "Did you mean \(near.count == 1 ? last : near.dropLast().joined(separator: ", ") + " or " + last)?"
  }

  /// How many letters must be put in, taken out, changed, or swapped with their neighbour.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

/// What an engine says is not there, read out of its message.
struct MissingName: Equatable, Sendable {
  let kind: CompletionKind
  let name: String

  /// `nil` when the refusal is about something else.
  init?(_ refusal: EngineRefusal) {
    guard refusal.status == 404 else { return nil }
    let message = refusal.message
    func rest(after words: String) -> String? {
      message.firstRange(ofText: words).map { String(message[$0.upperBound...].prefix { !$0.isWhitespace }) }
    }
    if let name = rest(after: "No such container: ") {
      (kind, self.name) = (.containers(), name)
    } else if let name = rest(after: "No such image: ") ?? rest(after: "No such image ") {
      (kind, self.name) = (.images, name.hasSuffix(":latest") ? String(name.dropLast(7)) : name)
    } else if message.hasPrefix("network "), message.hasSuffix(" not found") {
      (kind, name) = (.networks, String(message.dropFirst(8).dropLast(10)))
    } else if message.hasPrefix("get "), message.firstRange(ofText: ": no such volume") != nil {
      (kind, name) = (.volumes, String(message.dropFirst(4).prefix { $0 != ":" }))
    } else {
      return nil
    }
  }
}

extension Invocation {
  /// The engine's words, and names near the one that it does not know.
  func explained(_ refusal: EngineRefusal) async -> String {
    let said = "Error response from daemon: \(refusal.message)"
    guard let missing = MissingName(refusal) else { return said }
    let known = await CompletionNames(invocation: self).all(missing.kind).map(\.word)
      .map { missing.kind == .images && $0.hasSuffix(":latest") ? String($0.dropLast(7)) : $0 }
    return Suggestion.sentence(missing.name, among: known).map { "\(said)\n\($0)" } ?? said
  }
}
