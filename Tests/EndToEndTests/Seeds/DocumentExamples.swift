import TestHosts

/// The commands and files of a Markdown page that a reader copies.
///
/// A command is a line of a block that is indented by four spaces. A file is a fenced block behind a paragraph that
/// ends with a colon and names the file: "With this `compose.yaml` in the current folder:".
struct DocumentExamples {
  /// The commands in order, without comments (` # …`).
  private(set) var commands: [String] = []
  private(set) var files: [(name: String, text: String)] = []

  init(_ markdown: String) {
    var isAfterBlank = true
    var isBlock = false
    var fileName: String?
    var fence: [Substring]?
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let text = fence {
          if let fileName { files.append((fileName, text.joined(separator: "\n") + "\n")) }
          fence = nil
          fileName = nil
        } else {
          fence = []
        }
        continue
      }
      if fence != nil {
        fence?.append(line)
        continue
      }
      isBlock = line.hasPrefix("    ") && (isBlock || isAfterBlank)
      isAfterBlank = line.trimmed.isEmpty
      if !isBlock, !isAfterBlank { fileName = Self.fileName(in: line) }
      guard isBlock, !isAfterBlank else { continue }
      let command = line.firstRange(of: " #").map { line[..<$0.lowerBound] } ?? line
      if !command.trimmed.isEmpty { commands.append(command.trimmed) }
    }
  }

  private static func fileName(in line: Substring) -> String? {
    guard line.hasPrefix("With this `"), line.hasSuffix("folder:") else { return nil }
    return line.split(separator: "`").dropFirst().first.map(String.init)
  }
}
