import EngineModel

/// Splits a Dockerfile into instructions; handles comments, continuation lines and parser directives (Dockerfile
/// reference, "Format" and "Parser directives").
struct DockerfileParser: Sendable {
  /// The continuation character: a backslash, or a backtick if the `escape` directive says so.
  private(set) var escape: Character = "\\"
  private(set) var instructions: [DockerfileInstruction] = []
  private let name: String

  /// - Parameter name: the file's name in messages.
  init(_ text: String, name: String = "Dockerfile") throws(EngineError) {
    self.name = name
    // Skip a byte order mark.
    let lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    try readDirectives(lines)
    var pending: (line: Int, text: String, count: Int, fragments: [DockerfileInstruction.Fragment])?
    var index = -1
    while index + 1 < lines.count {
      index += 1
      let raw = lines[index]
      let content = raw.drop(while: Self.isBlank)
      // Blank lines and comments may also come between the lines of one instruction.
      if content.isEmpty || content.first == "#" { continue }
      let isFirst = pending == nil
      var current = pending ?? (index + 1, "", 0, [])
      // Releases the reference, so that appending does not copy the text for each line.
      pending = nil
      let (part, continues) = continued(isFirst ? content : raw)
      current.fragments.append(
        DockerfileInstruction.Fragment(
          offset: current.count, line: index + 1, column: isFirst ? raw.count - content.count + 1 : 1))
      current.text += part
      current.count += part.count
      if continues {
        pending = current
      } else {
        if var instruction = makeInstruction(current.line, current.text, current.fragments) {
          index = try readDocuments(of: &instruction, lines, after: index)
          instructions.append(instruction)
        }
      }
    }
    if let pending, let last = makeInstruction(pending.line, pending.text, pending.fragments) {
      instructions.append(last)
    }
  }

  /// Reads the here-documents of an instruction.
  ///
  /// - Returns: the index of the last line that belongs to the instruction.
  private func readDocuments(
    of instruction: inout DockerfileInstruction, _ lines: [Substring], after index: Int
  ) throws(EngineError) -> Int {
    var index = index
    for declared in HereDocument.declared(by: instruction) {
      var document = declared
      while true {
        index += 1
        guard index < lines.count else {
          throw instruction.parseError(
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

  private func makeInstruction(_ line: Int, _ text: String, _ fragments: [DockerfileInstruction.Fragment])
    -> DockerfileInstruction?
  {
    var trimmed = text.drop(while: Self.isBlank)
    let dropped = text.count - trimmed.count
    while let last = trimmed.last, Self.isBlank(last) { trimmed.removeLast() }
    guard !trimmed.isEmpty else { return nil }
    let moved = fragments.map { fragment in
      DockerfileInstruction.Fragment(
        offset: max(0, fragment.offset - dropped), line: fragment.line,
        column: fragment.column + max(0, dropped - fragment.offset))
    }
    // Of several fragments with the same offset, only the last one has text.
    var instruction = DockerfileInstruction(line: line, text: String(trimmed), fragments: moved)
    instruction.file = name
    return instruction
  }

  /// The line without the continuation character, and whether it had one.
  private func continued(_ line: Substring) -> (String, Bool) {
    var end = line
    while let last = end.last, Self.isBlank(last) { end.removeLast() }
    guard end.last == escape else { return (String(line), false) }
    return (String(end.dropLast()), true)
  }

  /// Parser directives come before everything else, also before other comments.
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
