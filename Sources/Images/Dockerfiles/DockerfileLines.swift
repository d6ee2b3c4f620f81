import EngineModel

/// Takes the text of a Dockerfile apart into instructions: comments, continued lines, the `escape` directive
/// (Dockerfile reference, "Format" and "Parser directives").
struct DockerfileLines: Sendable {
  /// What continues a line: a backslash, or a backtick where the first lines say so.
  private(set) var escape: Character = "\\"
  private(set) var instructions: [DockerfileInstruction] = []

  init(_ text: String) throws(EngineError) {
    // A byte order mark is no instruction.
    let lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    try readDirectives(lines)
    var pending: (line: Int, text: String)?
    for (index, raw) in lines.enumerated() {
      let content = raw.drop(while: Self.isBlank)
      // Both may also stand between the lines of one instruction.
      if content.isEmpty || content.first == "#" { continue }
      let begun = pending ?? (index + 1, "")
      let (part, continues) = continued(pending == nil ? content : raw)
      pending = (begun.line, begun.text + part)
      if !continues {
        add(begun.line, begun.text + part)
        pending = nil
      }
    }
    if let pending { add(pending.line, pending.text) }
  }

  private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

  private mutating func add(_ line: Int, _ text: String) {
    var trimmed = text.drop(while: Self.isBlank)
    while let last = trimmed.last, Self.isBlank(last) { trimmed.removeLast() }
    if !trimmed.isEmpty { instructions.append(DockerfileInstruction(line: line, text: String(trimmed))) }
  }

  /// Without the escape at the end, and whether there was one.
  private func continued(_ line: Substring) -> (String, Bool) {
    var end = line
    while let last = end.last, Self.isBlank(last) { end.removeLast() }
    guard end.last == escape else { return (String(line), false) }
    return (String(end.dropLast()), true)
  }

  /// Directives come before everything else, also before other comments.
  private mutating func readDirectives(_ lines: [Substring]) throws(EngineError) {
    var seen: Set<String> = []
    for (index, raw) in lines.enumerated() {
      let content = raw.drop(while: Self.isBlank)
      guard content.first == "#" else { return }
      let sides = content.dropFirst().split(separator: "=", maxSplits: 1).map {
        $0.filter { !Self.isBlank($0) }
      }
      guard sides.count == 2, ["escape", "syntax", "check"].contains(sides[0].lowercased()) else { return }
      guard seen.insert(sides[0].lowercased()).inserted else {
        throw EngineError(
          .invalidParameter,
          "dockerfile parse error line \(index + 1): only one \(sides[0].lowercased()) parser directive can be used")
      }
      if sides[0].lowercased() == "escape" {
        guard let character = sides[1].first, sides[1].count == 1, "\\`".contains(character) else {
          throw EngineError(
            .invalidParameter,
            "dockerfile parse error line \(index + 1): invalid escape token '\(sides[1])' does not match ` or \\")
        }
        escape = character
      }
    }
  }
}
