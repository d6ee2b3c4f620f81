/// Finds names that are similar to a mistyped one, for error messages.
package enum SimilarNames {
  /// At most three names, the most similar first: those that differ in a few letters or start with `name`.
  package static func find(_ name: String, among known: [String]) -> [String] {
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

  /// The Damerau-Levenshtein distance: the number of inserted, removed, changed or swapped letters.
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
