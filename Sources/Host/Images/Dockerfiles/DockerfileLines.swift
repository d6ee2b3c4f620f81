import EngineModel

/// Takes the text of a Dockerfile apart into instructions: comments, continued lines, the `escape` directive
/// (Dockerfile reference, "Format" and "Parser directives").
struct DockerfileLines: Sendable {
  /// What continues a line: a backslash, or a backtick where the first lines say so.
  private(set) var escape: Character = "\\"
  private(set) var instructions: [DockerfileInstruction] = []
  private let name: String

  /// - Parameter name: the file's, for messages.
  init(_ text: String, name: String = "Dockerfile") throws(EngineError) {
    self.name = name
    // A byte order mark is no instruction.
    let lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    try readDirectives(lines)
    var pending: (line: Int, text: String, count: Int, pieces: [DockerfileInstruction.Piece])?
    var index = -1
    while index + 1 < lines.count {
      index += 1
      let raw = lines[index]
      let content = raw.drop(while: Self.isBlank)
      // Both may also stand between the lines of one instruction.
      if content.isEmpty || content.first == "#" { continue }
      let isFirst = pending == nil
      var begun = pending ?? (index + 1, "", 0, [])
      // So that the text is not copied with each line.
      pending = nil
      let (part, continues) = continued(isFirst ? content : raw)
      begun.pieces.append(
        DockerfileInstruction.Piece(
          offset: begun.count, line: index + 1, column: isFirst ? raw.count - content.count + 1 : 1))
      begun.text += part
      begun.count += part.count
      if continues {
        pending = begun
      } else {
        if var instruction = made(begun.line, begun.text, begun.pieces) {
          index = try readDocuments(of: &instruction, lines, after: index)
          instructions.append(instruction)
        }
      }
    }
    if let pending, let last = made(pending.line, pending.text, pending.pieces) { instructions.append(last) }
  }

  /// - Returns: the last line that belongs to the instruction.
  private func readDocuments(
    of instruction: inout DockerfileInstruction, _ lines: [Substring], after index: Int
  ) throws(EngineError) -> Int {
    var index = index
    for begun in HereDocument.begun(by: instruction) {
      var document = begun
      while true {
        index += 1
        guard index < lines.count else {
          throw instruction.fault(
            "unterminated heredoc: expected a line with \(document.name) alone after its text", at: "<<")
        }
        if document.ends(at: lines[index]) { break }
        document.content += lines[index] + "\n"
      }
      instruction.documents.append(document)
    }
    return index
  }

  private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

  private func made(_ line: Int, _ text: String, _ pieces: [DockerfileInstruction.Piece]) -> DockerfileInstruction? {
    var trimmed = text.drop(while: Self.isBlank)
    let dropped = text.count - trimmed.count
    while let last = trimmed.last, Self.isBlank(last) { trimmed.removeLast() }
    guard !trimmed.isEmpty else { return nil }
    let moved = pieces.map { piece in
      DockerfileInstruction.Piece(
        offset: max(0, piece.offset - dropped), line: piece.line,
        column: piece.column + max(0, dropped - piece.offset))
    }
    // Of pieces that begin at one place the last one has something in it.
    var instruction = DockerfileInstruction(line: line, text: String(trimmed), pieces: moved)
    instruction.file = name
    return instruction
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
          "\(name):\(index + 1):1: dockerfile parse error line \(index + 1): only one \(sides[0].lowercased()) parser directive can be used"
        )
      }
      if sides[0].lowercased() == "escape" {
        guard let character = sides[1].first, sides[1].count == 1, "\\`".contains(character) else {
          throw EngineError(
            .invalidParameter,
            "\(name):\(index + 1):1: dockerfile parse error line \(index + 1): invalid escape token '\(sides[1])' does not match ` or \\"
          )
        }
        escape = character
      }
    }
  }
}
