/// Shows usage lists: on a terminal each one overwrites the one before, elsewhere they follow each other.
struct StatsScreen: Sendable {
  let list: ListFormat
  let truncates: Bool
  private let isTerminal = Descriptor.output.isTerminal

  func text(_ rows: [StatsRow]) throws -> String {
    try list.text(headers: StatsRow.headers, rows: rows.map { $0.row(truncates: truncates) })
  }

  /// - Returns: whether the output can still be written.
  func show(_ rows: [StatsRow]) throws -> Bool {
    let text = try text(rows)
    guard isTerminal else { return Descriptor.output.write(text) }
    // Moves to the top left and clears the old text line by line, which avoids flicker.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { $0 + "\u{1B}[K\n" }
    return Descriptor.output.write("\u{1B}[H" + lines.joined() + "\u{1B}[J")
  }
}
