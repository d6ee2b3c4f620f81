/// A text that stands in a Dockerfile after the instruction that uses it, up to a line with its name (Dockerfile reference,
/// "Here-Documents").
struct HereDocument: Sendable, Hashable {
  let name: String
  /// Variables in it are replaced: its name has no quotes.
  let expands: Bool
  /// `<<-`: lines lose the tabs at their beginning.
  let dropsTabs: Bool
  /// As it stands there, each line with its end.
  var content = ""

  /// Reads a word of an instruction: `<<EOF`, `<<-EOF`, `3<<"EOF"`.
  ///
  /// - Returns: `nil` when it begins no here-document.
  init?(word: some StringProtocol) {
    var rest = word.drop { $0.isASCII && $0.isNumber }[...]
    guard rest.hasPrefix("<<") else { return nil }
    rest = rest.dropFirst(2)
    dropsTabs = rest.first == "-"
    if dropsTabs { rest = rest.dropFirst() }
    guard !rest.isEmpty, !rest.contains("<"), InstructionWords.raw(String(rest)).count == 1 else { return nil }
    var unquoted = ""
    var isEscaped = false
    for character in rest {
      if !isEscaped, character == "\\" {
        isEscaped = true
      } else if isEscaped || !"\"'".contains(character) {
        unquoted.append(character)
        isEscaped = false
      }
    }
    guard !unquoted.isEmpty else { return nil }
    name = unquoted
    expands = unquoted == rest
  }

  /// Those that an instruction begins, in their order, still without content.
  static func begun(by instruction: DockerfileInstruction) -> [HereDocument] {
    guard ["RUN", "COPY", "ADD", "ONBUILD"].contains(instruction.keyword), instruction.rest.contains("<<"),
      InstructionWords.array(instruction.rest) == nil
    else { return [] }
    return InstructionWords.raw(instruction.rest).compactMap { HereDocument(word: $0) }
  }

  /// Whether a line is its end.
  func ends(at line: some StringProtocol) -> Bool {
    (dropsTabs ? String(line.drop { $0 == "\t" }) : String(line)) == name
  }

  /// Its text as a file or a program gets it.
  var text: String {
    guard dropsTabs else { return content }
    return content.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == "\t" } }
      .joined(separator: "\n")
  }

  /// It can be the name of a file.
  var isFileName: Bool {
    ![".", ".."].contains(name) && name.utf8.count <= 200
      && name.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "._-".utf8.contains(byte)
      }
  }
}

extension DockerfileInstruction {
  /// What `RUN` gives to a shell when it comes with here-documents: the only one, or its own line and all of them, which
  /// the shell takes apart itself.
  var script: String? {
    guard keyword == "RUN", let first = documents.first else { return nil }
    if documents.count == 1, HereDocument(word: rest) != nil { return first.text }
    return rest + documents.map { "\n\($0.content)\($0.name)" }.joined()
  }
}
