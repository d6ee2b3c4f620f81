/// Aligns tab-separated columns as Go's `text/tabwriter` does for Docker: a column is three spaces wider than its
/// widest cell and at least ten wide. The last cell of a line has no width.
enum Table {
  static let padding = 3

  static func aligned(_ lines: [String], minimumWidth: Int = 10) -> String {
    let rows = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.dropLast().enumerated() {
        if column == widths.count { widths.append(minimumWidth) }
        widths[column] = max(widths[column], TextStyle.width(cell) + padding)
      }
    }
    var text = ""
    for row in rows {
      for (column, cell) in row.enumerated() {
        text += cell
        guard column < row.count - 1 else { break }
        text += String(repeating: " ", count: widths[column] - TextStyle.width(cell))
      }
      text += "\n"
    }
    return text
  }
}

/// Shortens text to a width. `…` marks text that was cut.
func ellipsis(_ text: String, _ width: Int) -> String {
  text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
}
