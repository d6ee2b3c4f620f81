import EngineModel

/// One instruction of a Dockerfile, with its continuation lines joined.
struct DockerfileInstruction: Sendable, Hashable {
  /// The number of its first line, from one.
  let line: Int
  /// In upper case.
  let keyword: String
  /// `--from=web`, in order.
  var flags: [String]
  /// What follows the flags.
  let rest: String
  /// The whole instruction, as the build output shows it: `RUN make && make install`.
  let text: String
  /// Its here-documents.
  var documents: [HereDocument] = []
  /// The name of its file.
  var file = "Dockerfile"
  /// The source locations of the parts of the text.
  private let fragments: [Fragment]

  /// A part of the text: its offset, and the line and column where it begins in the file.
  struct Fragment: Sendable, Hashable {
    var offset: Int
    var line: Int
    var column: Int
  }

  /// - Parameters:
  ///   - text: not empty, without blanks at its ends.
  ///   - fragments: the source locations of its parts, in order; by default one line.
  init(line: Int, text: String, fragments: [Fragment] = []) {
    self.line = line
    self.text = text
    self.fragments = fragments.isEmpty ? [Fragment(offset: 0, line: line, column: 1)] : fragments
    keyword = text.prefix { !Self.isBlank($0) }.uppercased()
    var remaining = text.drop { !Self.isBlank($0) }.drop(while: Self.isBlank)
    var flags: [String] = []
    while remaining.hasPrefix("--") {
      let argument = remaining.prefix { !Self.isBlank($0) }
      remaining = remaining.dropFirst(argument.count).drop(while: Self.isBlank)
      if argument == "--" { break }
      flags.append(String(argument))
    }
    self.flags = flags
    rest = String(remaining)
  }

  static func isBlank(_ character: Character) -> Bool { character.isWhitespace }

  /// The value of a flag: `web` for `--from=web`.
  func flag(_ name: String) -> String? {
    flags.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.utf8.count + 3)) }
  }

  /// The instruction as a line of a Dockerfile, with the current flags.
  var rewritten: String { ([keyword] + flags + [rest]).filter { !$0.isEmpty }.joined(separator: " ") }

  /// Arguments separated by blanks, with their quotes.
  var arguments: [String] { rest.split(whereSeparator: Self.isBlank).map(String.init) }

  /// An error in Docker's words, with file, line and column before them.
  ///
  /// - Parameter part: the part of the instruction that is wrong; empty: its keyword.
  func parseError(_ message: String, at part: String = "", _ code: EngineError.Code = .invalidParameter) -> EngineError
  {
    let offset = text.firstRange(of: part).map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
    let fragment = fragments.last { $0.offset <= offset } ?? fragments[0]
    return EngineError(
      code,
      "\(file):\(fragment.line):\(fragment.column + offset - fragment.offset): dockerfile parse error line \(line): \(message)"
    )
  }
}
