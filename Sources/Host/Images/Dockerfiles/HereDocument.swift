/// A here-document: the lines after an instruction, up to a line with the document's name (Dockerfile reference,
/// "Here-Documents").
struct HereDocument: Sendable, Hashable {
  let name: String
  /// Whether variables are expanded: the name has no quotes.
  let expands: Bool
  /// `<<-`: leading tabs are removed from each line.
  let dropsTabs: Bool
  /// The lines as written, each with its newline.
  var content = ""

  /// Reads one argument of an instruction: `<<EOF`, `<<-EOF`, `3<<"EOF"`.
  ///
  /// - Returns: `nil` if it does not declare a here-document.
  init?(argument: some StringProtocol) {
    var rest = argument.drop { $0.isASCII && $0.isNumber }[...]
    guard rest.hasPrefix("<<") else { return nil }
    rest = rest.dropFirst(2)
    dropsTabs = rest.first == "-"
    if dropsTabs { rest = rest.dropFirst() }
    guard !rest.isEmpty, !rest.contains("<"), InstructionArguments.quoted(String(rest)).count == 1 else { return nil }
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

  /// The here-documents that an instruction declares, in order, without content yet.
  static func declared(by instruction: DockerfileInstruction) -> [HereDocument] {
    guard ["RUN", "COPY", "ADD", "ONBUILD"].contains(instruction.keyword), instruction.rest.contains("<<"),
      InstructionArguments.execForm(instruction.rest) == nil
    else { return [] }
    return InstructionArguments.quoted(instruction.rest).compactMap { HereDocument(argument: $0) }
  }

  /// Whether a line ends the document.
  func ends(at line: some StringProtocol) -> Bool {
    (dropsTabs ? String(line.drop { $0 == "\t" }) : String(line)) == name
  }

  /// The content with leading tabs removed if required.
  var text: String {
    guard dropsTabs else { return content }
    return content.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == "\t" } }
      .joined(separator: "\n")
  }

  /// Whether the name can be a file name.
  var isFileName: Bool {
    ![".", ".."].contains(name) && name.utf8.count <= 200
      && name.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "._-".utf8.contains(byte)
      }
  }
}

extension DockerfileInstruction {
  /// The script that `RUN` with here-documents gives to its shell: the only document, or the instruction's own line and
  /// all documents, which the shell parses itself.
  var script: String? {
    guard keyword == "RUN", let first = documents.first else { return nil }
    if documents.count == 1, HereDocument(argument: rest) != nil { return first.text }
    return rest + documents.map { "\n\($0.content)\($0.name)" }.joined()
  }
}
